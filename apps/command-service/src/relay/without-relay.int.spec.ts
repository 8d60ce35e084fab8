import { eventually } from '@tidemark/testing';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
beforeAll(async () => {
  service = await startCommandService({ AMQP_URL: '', MESSAGE_KEYS: '' });
});
afterAll(() => service.stop());

describe('a command-service without a broker', () => {
  it('accepts writes, and says which partitions they went to', async () => {
    const woken = new Set<number>();
    const listener = await service.pool.connect();
    try {
      listener.on('notification', ({ payload }) => payload?.split(',').forEach((n) => woken.add(Number(n))));
      await listener.query('LISTEN tidemark_appended');
      const customerId = await shopOf(service).customer();
      const partition = await service.streamPartition(`Customer-${customerId}`);
      await eventually(() => expect(woken).toContain(partition));
    } finally {
      listener.release(true);
    }
  });

  it('has no relay, and says so', async () => {
    expect(await service.request('GET', '/admin/relay', { role: 'admin' })).toMatchObject({
      status: 200,
      body: { delivery: 'log', items: [] },
    });
    const ready = await service.request('GET', '/health/ready', { token: null });
    expect(ready.status).toBe(200);
    for (const part of ['broker', 'commands', 'relay']) {
      expect(ready.body.details).not.toHaveProperty(part);
    }
    const { body: metrics } = await service.request('GET', '/metrics', { token: null });
    expect(String(metrics)).not.toContain('tidemark_relay_backlog');
  });
});
