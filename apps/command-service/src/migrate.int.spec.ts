import { PartitionCountMismatchError } from '@tidemark/event-store';
import { createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import { createPool } from '@tidemark/postgres';
import { migrate } from './migrate';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('migrate', () => {
  it('creates its schemas, even when several migrations run at once or one runs again', async () => {
    const ran: string[] = [];
    const once = () =>
      migrate({ databaseUrl: database.url, partitions: 8, log: (line) => void ran.push(line) });
    await Promise.all([once(), once(), once()]);
    expect(new Set(ran).size).toBe(ran.length);
    const migrations = ran.length;
    await once();
    expect(ran).toHaveLength(migrations);
    const schemas = ran.map((line) => line.split(':')[0]);
    expect(new Set(schemas)).toEqual(new Set(['event_store', 'command_queue', 'payment_provider']));
    const pool = createPool({ url: database.url, applicationName: 'test' });
    const { rows } = await pool.query('SELECT count(*)::int AS partitions FROM event_store.partitions');
    expect(rows).toEqual([{ partitions: 8 }]);
    await pool.end();
  });

  it('refuses to change the number of partitions', async () => {
    await migrate({ databaseUrl: database.url, partitions: 8 });
    await expect(migrate({ databaseUrl: database.url, partitions: 16 })).rejects.toThrow(
      PartitionCountMismatchError,
    );
  });
});
