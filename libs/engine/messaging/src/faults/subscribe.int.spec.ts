import { EventCodec, defineEvent, type EventEnvelope } from '@tidemark/kernel';
import { AppendNotifier, migrateEventStore, PostgresEventStore } from '@tidemark/event-store';
import { createPool, inTransaction } from '@tidemark/postgres';
import {
  createTcpProxy,
  createTestDatabase,
  eventually,
  type TcpProxy,
  type TestDatabase,
} from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { z } from 'zod';
import { SubscriptionMovedError } from '../errors';
import { PostgresWakeSource } from '../events/postgres-wake-source';
import { LogWriter } from './log-writer.fixture';
import {
  PostgresSubscriptionCheckpoints,
  subscriptionTables,
} from '../subscriptions/postgres-subscription-checkpoints';
import { subscribe } from '../subscriptions/subscribe';
import type { SubscribeOptions } from '../subscriptions/subscription';

const PARTITIONS = 4;
const schema = 'congratulations';
const codec = new EventCodec([defineEvent('Counted', z.object({ round: z.int() }))]);
let database: TestDatabase;
let pool: Pool;
let log: PostgresEventStore;
let writer: LogWriter;

beforeAll(async () => {
  database = await createTestDatabase();
  await migrateEventStore({ databaseUrl: database.url, partitions: PARTITIONS });
  pool = createPool({ url: database.url, applicationName: 'subscriptions' });
  log = new PostgresEventStore({ pool, codec, partitions: PARTITIONS });
  writer = new LogWriter(log, PARTITIONS);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  await pool.query(
    `DROP SCHEMA IF EXISTS ${schema} CASCADE; CREATE SCHEMA ${schema}; ${subscriptionTables(schema)}`,
  );
  await pool.query(
    `CREATE TABLE ${schema}.effects (id bigint GENERATED ALWAYS AS IDENTITY, event_id text, partition int, position int)`,
  );
});

const storedEvents = async () =>
  (
    await Promise.all(
      Array.from({ length: PARTITIONS }, (_, partition) => log.readPartition(partition, 1, 100_000)),
    )
  ).flat();

/** Effects and checkpoint in one transaction, until the log's end is reached. */
async function congratulate(options: Partial<SubscribeOptions> & { dieAt?: number } = {}): Promise<void> {
  const checkpoints = new PostgresSubscriptionCheckpoints({ pool, schema, name: 'test' });
  let items = 0;
  for await (const item of subscribe({
    log,
    codec,
    checkpoints,
    savedBy: 'subscriber',
    batchSize: 7,
    ...options,
  })) {
    if (item.kind === 'caughtUp') {
      return;
    }
    items += 1;
    await inTransaction(pool, async (client) => {
      for (const { eventId, partition, position } of item.events) {
        await client.query(
          `INSERT INTO ${schema}.effects (event_id, partition, position) VALUES ($1, $2, $3)`,
          [eventId, partition, position],
        );
      }
      if (items === options.dieAt) {
        throw new Error('died before the commit');
      }
      await checkpoints.saveIn(client, item);
    });
  }
}

const effects = async () =>
  (
    await pool.query<EventEnvelope>(
      `SELECT event_id AS "eventId", partition, position FROM ${schema}.effects ORDER BY id`,
    )
  ).rows;

const byPlace = (events: readonly EventEnvelope[]) =>
  events
    .map(({ eventId, partition, position }) => ({ eventId, partition, position }))
    .sort((a, b) => a.partition - b.partition || a.position - b.position);

it('takes effect exactly once when the checkpoint is saved with the effects, even if a subscriber dies or runs twice', async () => {
  await writer.append(10);
  await expect(congratulate({ dieAt: 3 })).rejects.toThrow('died');
  const outcomes = await Promise.allSettled([congratulate(), congratulate()]);
  for (const outcome of outcomes.filter(({ status }) => status === 'rejected')) {
    expect((outcome as PromiseRejectedResult).reason).toBeInstanceOf(SubscriptionMovedError);
  }
  await congratulate();
  expect(byPlace(await effects())).toEqual(byPlace(await storedEvents()));
});

describe('while the log is written', () => {
  let proxy: TcpProxy;
  let wakeSource: PostgresWakeSource;
  let notifier: AppendNotifier;

  beforeEach(async () => {
    proxy = await createTcpProxy(database.url);
    wakeSource = new PostgresWakeSource({ databaseUrl: proxy.url, minBackoffMs: 5, maxBackoffMs: 20 });
    notifier = new AppendNotifier({ store: log, pool });
  });
  afterEach(async () => {
    notifier.close();
    await wakeSource.close();
    await proxy.close();
  });

  it('gives every event once and in order, although its listener is cut again and again', async () => {
    const stopping = new AbortController();
    const got: EventEnvelope[] = [];
    const following = (async () => {
      const { signal } = stopping;
      for await (const item of subscribe({ log, codec, wakeSource, signal, pollIntervalMs: 100 })) {
        got.push(...(item.kind === 'events' ? item.events : []));
      }
    })();
    for (let round = 0; round < 5; round += 1) {
      await writer.append(4);
      proxy.cut();
    }
    const all = await storedEvents();
    await eventually(() => expect(got.length).toBeGreaterThanOrEqual(all.length));
    stopping.abort();
    await following;
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      const of = (events: readonly EventEnvelope[]) =>
        events.filter((event) => event.partition === partition);
      expect(of(got)).toEqual(of(all));
    }
  });

  it('is woken by an append, and does not wait for the next poll', async () => {
    const items = subscribe({ log, codec, wakeSource, from: 'now', pollIntervalMs: 3_600_000 });
    expect((await items.next()).value).toEqual({ kind: 'caughtUp' });
    const next = items.next();
    let isThere = false;
    void next.then(() => (isThere = true));
    await eventually(async () => {
      await writer.append(1);
      expect(isThere).toBe(true);
    });
    expect((await next).value).toMatchObject({ kind: 'events' });
    await items.return();
  });
});
