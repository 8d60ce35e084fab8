import { DEFAULT_GROUPS, groupStoreGrants, groupStoreTables } from '@tidemark/messaging';
import { eventStoreRoles } from '@tidemark/event-store';
import { createTestDatabase, createTestVhost, eventually } from '@tidemark/testing';
import type { Pool } from 'pg';
import { withAdmin } from '../append/contender';
import { storeEvents } from '../append/fill-log';
import { openEventStore } from '../append/tidemark';
import type { Benchmark, BenchmarkOptions, Result, Row } from '../harness/benchmark';
import type { Measurement } from '../harness/measure';
import { rowOf } from '../harness/row-of';
import { barePublish } from './bare-publish';
import { takeMessages } from './queues';
import { startReplicas, type ReplicaSettings } from './replicas';

const rounds = 5;
const eventsPerSecond = 8_000;
const schema = 'relay';

interface Turn {
  readonly rate: number;
  readonly windowsMs: readonly number[];
  /** In all queues. */
  readonly messages: number;
}

/** From the log to the broker against a loop that publishes the same bytes from memory, to the same queues. */
export const relay: Benchmark = async (options): Promise<Result> => {
  const [database, vhost] = [await createTestDatabase(), await createTestVhost()];
  try {
    const settings = { databaseUrl: database.url, amqpUrl: vhost.url, prefix: vhost.prefix, schema };
    return await withAdmin(database.url, (admin) => run(settings, admin, options));
  } finally {
    await vhost.drop();
    await database.drop();
  }
};

async function run(settings: ReplicaSettings, admin: Pool, options: BenchmarkOptions): Promise<Result> {
  const { store, pool, partitions } = await openEventStore(settings.databaseUrl);
  await admin.query(`CREATE SCHEMA ${schema}; GRANT USAGE ON SCHEMA ${schema} TO ${eventStoreRoles.writer}`);
  await admin.query(`${groupStoreTables(schema)} ${groupStoreGrants(schema, eventStoreRoles.writer)}`);
  const events = Math.ceil((options.seconds * eventsPerSecond) / partitions) * partitions;
  let stored = 0;

  const relayed = (replicas: number) => async (): Promise<Turn> => {
    const started = await startReplicas(replicas, settings, admin);
    try {
      await storeEvents(admin, stored, stored + events);
      const start = performance.now();
      stored += events;
      await eventually(() => isPublished(admin), { timeoutMs: 300_000, intervalMs: 10 });
      const rate = events / ((performance.now() - start) / 1_000);
      const windowsMs = started.takeWindowsMs();
      return { rate, windowsMs, messages: await takeMessages(settings.amqpUrl, settings.prefix, partitions) };
    } finally {
      await started.stop();
    }
  };
  const published = async (): Promise<Turn> => {
    const newest = await Promise.all(
      Array.from({ length: partitions }, (_, partition) =>
        store.readPartition(partition, (stored - events) / partitions + 1, events / partitions),
      ),
    );
    // In the order in which they were stored, which is by turns from all partitions.
    const inOrder = newest.flat().sort((a, b) => a.position - b.position);
    const { seconds, windowsMs } = await barePublish(settings.amqpUrl, settings.prefix, inOrder);
    const messages = await takeMessages(settings.amqpUrl, settings.prefix, partitions);
    return { rate: events / seconds, windowsMs, messages };
  };

  const contenders = [
    { name: 'relay', turn: relayed(1) },
    { name: 'relay-2', turn: relayed(2) },
    { name: 'bare-publish', turn: published },
  ];
  const measured = contenders.map(() => ({
    measurement: { rates: [], latenciesMs: [] } as Measurement,
    audit: { lost: 0, duplicated: 0 },
  }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { turn }] of contenders.entries()) {
      options.signal.throwIfAborted();
      const { rate, windowsMs, messages } = await turn();
      const { measurement, audit } = measured[index]!;
      const surplus = messages - events * DEFAULT_GROUPS.length;
      audit.lost += Math.max(-surplus, 0);
      audit.duplicated += Math.max(surplus, 0);
      if (round > 0) {
        measurement.rates.push(rate);
        measurement.latenciesMs.push(...windowsMs);
      }
    }
  }
  await pool.end();
  const rows = contenders.map(({ name }, index) =>
    rowOf('relay', name, measured[index]!.measurement, measured[index]!.audit),
  );
  return { rows, ratios: ratiosOf(rows) };
}

function ratiosOf(rows: readonly Row[]): Record<string, number> {
  const rateOf = (name: string) => rows.find(({ contender }) => contender === name)?.rate ?? NaN;
  const ratios = {
    'relay/bare-publish': rateOf('relay') / rateOf('bare-publish'),
    'relay-2/bare-publish': rateOf('relay-2') / rateOf('bare-publish'),
  };
  return Object.fromEntries(Object.entries(ratios).filter(([, ratio]) => Number.isFinite(ratio)));
}

async function isPublished(admin: Pool): Promise<boolean> {
  const { rows } = await admin.query<{ is_published: boolean }>(`
    SELECT sum(p.head) = (SELECT sum(position) FROM ${schema}.consumer_checkpoints) AS is_published
    FROM event_store.partitions p`);
  return rows[0]!.is_published;
}
