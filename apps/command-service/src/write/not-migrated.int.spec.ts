import { eventually } from '@tidemark/test-servers';
import { startCommandService, type TestCommandService } from '../testing/command-service.fixture';

let service: TestCommandService;
let url: string;
beforeEach(async () => {
  service = await startCommandService();
  url = await service.listen();
});
afterEach(() => service.stop());

async function ready() {
  const answer = await fetch(`${url}/health/ready`);
  const { details } = (await answer.json()) as { readonly details: object };
  return { status: answer.status, details };
}

describe('a command-service of a release whose last migration has not run', () => {
  it.each([
    ['event_store', 'event-store-migrations'],
    ['payment_provider', 'payment-provider'],
  ])('is not ready until the migration has run: %s', async (schema, check) => {
    const lastOf = `SELECT max(id) FROM ${schema}.migrations`;
    const { rows } = await service.pool.query<{ name: string; timestamp: number }>(
      `DELETE FROM ${schema}.migrations WHERE id = (${lastOf}) RETURNING name, timestamp`,
    );

    expect(await ready()).toMatchObject({ status: 503, details: { [check]: { status: 'down' } } });

    const [{ name, timestamp } = {}] = rows;
    await service.pool.query(`INSERT INTO ${schema}.migrations (name, timestamp) VALUES ($1, $2)`, [
      name,
      timestamp,
    ]);
    await eventually(async () =>
      expect(await ready()).toMatchObject({ status: 200, details: { [check]: { status: 'up' } } }),
    );
  });
});
