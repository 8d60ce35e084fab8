import { AppendNotifier } from '@tidemark/event-store';
import { eventually, testServer } from '@tidemark/test-servers';
import { startProcessManager, type TestProcessManager } from '../testing/process-manager.fixture';

let service: TestProcessManager;

beforeAll(async () => {
  service = await startProcessManager({ DELIVERY: 'log', IDLE_CHECK_MS: '60000', LEASE_MS: '2000' });
});
afterAll(() => service.stop());

const partitionsOf = async (of: TestProcessManager) =>
  (await of.send('GET', '/admin/partitions', { role: 'admin', port: 'admin' })).body.items as readonly {
    owner?: string;
    checkpoint: number;
  }[];

describe('a process-manager with DELIVERY=log', () => {
  it('learns of an append by a notification of the database, and follows the log', async () => {
    await eventually(async () => {
      for (const { owner } of await partitionsOf(service)) {
        expect(owner).toMatch(/@log$/);
      }
    });
    const notifier = new AppendNotifier({ store: service.store, pool: service.pool });
    try {
      let appended = 0;
      await eventually(async () => {
        // The first may come before the service listens.
        await service.append('StockItem', 'P1', {
          type: 'StockReceived',
          data: { productId: 'P1', quantity: 1, onHand: (appended += 1), reserved: 0 },
        });
        const checkpoints = (await partitionsOf(service)).map(({ checkpoint }) => checkpoint);
        expect(Math.max(...checkpoints)).toBeGreaterThan(0);
      });
    } finally {
      notifier.close();
    }
  });

  it('refuses to start another replica that follows the broker, and says what to do', async () => {
    testServer('rabbitmq');
    await expect(service.startReplica({ DELIVERY: 'rabbitmq' })).rejects.toThrow(
      /the group fulfilment has DELIVERY=log .*stop all replicas of the group before you change it/,
    );
  });
});
