import { eventually } from '@tidemark/test-servers';
import { startProcessManager, type TestProcessManager } from '../testing/process-manager.fixture';

let service: TestProcessManager;
beforeEach(async () => {
  service = await startProcessManager();
});
afterEach(() => service.stop());

describe('a process-manager of a release whose last migration has not run', () => {
  it.each([
    ['process_manager', 'process-store-migrations'],
    ['event_store', 'event-store-migrations'],
  ])('is not ready until the migration has run: %s', async (schema, check) => {
    const lastOf = `SELECT max(id) FROM ${schema}.migrations`;
    const { rows } = await service.pool.query<{ name: string; timestamp: number }>(
      `DELETE FROM ${schema}.migrations WHERE id = (${lastOf}) RETURNING name, timestamp`,
    );

    expect(await service.send('GET', '/health/ready', { role: null })).toMatchObject({
      status: 503,
      body: { details: { [check]: { status: 'down' } } },
    });

    const [{ name, timestamp } = {}] = rows;
    await service.pool.query(`INSERT INTO ${schema}.migrations (name, timestamp) VALUES ($1, $2)`, [
      name,
      timestamp,
    ]);
    await eventually(async () =>
      expect(await service.send('GET', '/health/ready', { role: null })).toMatchObject({
        status: 200,
        body: { details: { [check]: { status: 'up' } } },
      }),
    );
  });
});
