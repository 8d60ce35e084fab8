import { NestFactory } from '@nestjs/core';
import { EventStore, migrateEventStore } from '@tidemark/event-store';
import { EVENT_LOG_POOL, EventLogModule, LOG_IDENTITY, PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import { EventCodec } from '@tidemark/kernel';
import { createTestDatabase, eventually, type TestDatabase } from '@tidemark/test-servers';
import { Client, type Pool } from 'pg';
import { account } from '../account.fixture';
import { whenAvailable } from '../when-available';

let database: TestDatabase;

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(() => database.drop());

const start = () =>
  NestFactory.createApplicationContext(
    {
      module: class {},
      imports: [
        EventLogModule.forRoot({
          url: database.url,
          applicationName: 'test',
          codec: new EventCodec(account.contracts),
          wait: (attempt, options) => whenAvailable(attempt, { ...options, lookAgainMs: 10 }),
        }),
      ],
    },
    { logger: false, abortOnError: false },
  );

describe('the module of the event store alone', () => {
  it('gives the log, and closes its connections', async () => {
    await migrateEventStore({ databaseUrl: database.url, partitions: 3 });
    const app = await start();
    expect(app.get<number>(PARTITION_COUNT)).toBe(3);
    expect(app.get<string>(LOG_IDENTITY)).toMatch(/^[0-9a-f-]{36}$/);
    expect([...(await app.get(EventStore).heads()).values()]).toEqual([0, 0, 0]);
    const pool = app.get<Pool>(EVENT_LOG_POOL);
    await app.close();
    await expect(pool.query('SELECT 1')).rejects.toThrow(/end/);
  });

  it('waits until the log is created', async () => {
    const starting = start();
    let isStarted = false;
    void starting.then(() => (isStarted = true));
    await eventually(async () => expect(await sessions()).toBeGreaterThan(0));
    expect(isStarted).toBe(false);
    await migrateEventStore({ databaseUrl: database.url, partitions: 2 });
    const app = await starting;
    expect(app.get<number>(PARTITION_COUNT)).toBe(2);
    await app.close();
  });
});

/** How many connections the application has. */
async function sessions(): Promise<number> {
  const client = new Client(database.url);
  await client.connect();
  try {
    const { rowCount } = await client.query(
      "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'test'",
    );
    return rowCount ?? 0;
  } finally {
    await client.end();
  }
}
