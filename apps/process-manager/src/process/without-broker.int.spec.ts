import { eventually } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { startProcessManager, type TestProcessManager } from '../testing/process-manager.fixture';

let service: TestProcessManager;

beforeAll(async () => {
  service = await startProcessManager({ AMQP_URL: '' });
});
afterAll(() => service.stop());

const queued = async () =>
  (await service.pool.query<{ routing_key: string }>('SELECT routing_key FROM command_queue.commands')).rows;

describe('a process-manager without a broker', () => {
  it('is ready, and says how commands leave', async () => {
    await eventually(async () => {
      const { status, body } = await service.send('GET', '/health/ready', { role: null });
      expect(status).toBe(200);
      expect(body.details).toMatchObject({ 'command-queue': { status: 'up' }, commands: { status: 'up' } });
      expect(body.details).not.toHaveProperty('broker');
    });
  });

  it('stores the commands of a fulfilment in the queue, each once, although it repeats them', async () => {
    const orderId = randomUUID();
    await service.append('Payment', orderId, {
      type: 'PaymentRequested',
      data: {
        paymentId: randomUUID(),
        orderId,
        customerId: 'C1',
        amount: { amount: 100, currency: 'EUR' },
        method: { type: 'card', token: 'tok_ok' },
        expiresAt: '2999-01-01T00:00:00.000Z',
      },
    });
    await eventually(async () => expect(await queued()).toEqual([{ routing_key: 'Payment.CapturePayment' }]));
    await service.pool.query('UPDATE process_manager.commands SET due_at = now()');
    await eventually(async () => {
      const { rows } = await service.pool.query('SELECT FROM process_manager.commands WHERE attempts > 1');
      expect(rows).toHaveLength(1);
    });
    expect(await queued()).toHaveLength(1);
  });

  it('says that the migration of the queue has not run', async () => {
    const { rows } = await service.pool.query<{ timestamp: number; name: string }>(
      'DELETE FROM command_queue.migrations RETURNING timestamp, name',
    );
    try {
      expect(await service.send('GET', '/health/ready', { role: null })).toMatchObject({
        body: { details: { 'command-queue': { status: 'down' } } },
      });
    } finally {
      await service.pool.query('INSERT INTO command_queue.migrations (timestamp, name) VALUES ($1, $2)', [
        rows[0]!.timestamp,
        rows[0]!.name,
      ]);
    }
  });
});
