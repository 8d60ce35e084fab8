import { eventually } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';
import { shopOf } from '../testing/shop.fixture';

let service: TestCommandService;
beforeAll(async () => {
  service = await startCommandService({ AMQP_URL: '' });
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

  it('handles commands of processes, which come by the queues in Postgres', async () => {
    const orderId = await shopOf(service).order(
      await shopOf(service).customer(),
      await shopOf(service).product(),
    );
    await service.send({
      streamType: 'Order',
      type: 'CancelOrder',
      data: { orderId, reason: 'payment_expired' },
    });
    await eventually(async () =>
      expect((await service.events(`Order-${orderId}`)).map(({ type }) => type)).toContain('OrderCancelled'),
    );
  });

  it('has no relay, and says so', async () => {
    expect(await service.request('GET', '/admin/relay', { role: 'admin' })).toMatchObject({
      status: 200,
      body: { delivery: 'log', items: [] },
    });
    const ready = await service.request('GET', '/health/ready', { token: null });
    expect(ready.status).toBe(200);
    expect(ready.body.details).toMatchObject({
      'command-queue': { status: 'up' },
      commands: { status: 'up' },
    });
    for (const part of ['broker', 'relay']) {
      expect(ready.body.details).not.toHaveProperty(part);
    }
    const { body: metrics } = await service.request('GET', '/metrics', { token: null });
    expect(String(metrics)).not.toContain('tidemark_relay_backlog');
  });
});
