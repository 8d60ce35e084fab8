import { DEFAULT_GROUPS } from '@tidemark/messaging';
import { join } from 'node:path';
import { storeEvents } from '../append/fill-log';
import type { Benchmark, BenchmarkOptions, Result, Row } from '../harness/benchmark';
import { withDeliveryBed, type DeliveryBed } from '../harness/delivery-bed';
import { forkWorker } from '../harness/fork-worker';
import type { Measurement } from '../harness/measure';
import { rowOf } from '../harness/row-of';
import { barePublish } from './bare-publish';
import { takeMessages } from './queues';

const rounds = 5;
const eventsPerSecond = 8_000;

interface Turn {
  readonly rate: number;
  readonly windowsMs: readonly number[];
}

/** From the log to the broker against a loop that publishes the same bytes from memory, to the same queues. */
export const relay: Benchmark = (options): Promise<Result> => withDeliveryBed((bed) => run(bed, options));

async function run(bed: DeliveryBed, options: BenchmarkOptions): Promise<Result> {
  const { amqpUrl, prefix } = bed.settings;
  const { partitions } = bed.log;
  const events = Math.ceil((options.seconds * eventsPerSecond) / partitions) * partitions;
  let stored = 0;
  const relayed = (replicas: number) => async () => {
    const turn = await relayAll(bed, replicas, { from: stored, to: stored + events });
    stored += events;
    return turn;
  };
  const contenders = [
    { name: 'relay', turn: relayed(1) },
    { name: 'relay-2', turn: relayed(2) },
    { name: 'bare-publish', turn: () => publishNewest(bed, stored, events) },
  ];

  const measured = contenders.map(() => ({
    measurement: { rates: [], latenciesMs: [] } as Measurement,
    audit: { lost: 0, duplicated: 0 },
  }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const [index, { turn }] of contenders.entries()) {
      options.signal.throwIfAborted();
      const { rate, windowsMs } = await turn();
      const { measurement, audit } = measured[index]!;
      const surplus = (await takeMessages(amqpUrl, prefix, partitions)) - events * DEFAULT_GROUPS.length;
      audit.lost += Math.max(-surplus, 0);
      audit.duplicated += Math.max(surplus, 0);
      if (round > 0) {
        measurement.rates.push(rate);
        measurement.latenciesMs.push(...windowsMs);
      }
    }
  }
  const rows = contenders.map(({ name }, index) =>
    rowOf('relay', name, measured[index]!.measurement, measured[index]!.audit),
  );
  return { rows, ratios: ratiosOf(rows) };
}

/** From the moment at which all events are in the log until all of them are published and recorded. */
async function relayAll(
  { settings, admin, shared, atHead }: DeliveryBed,
  replicas: number,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Turn> {
  const windowsMs: number[] = [];
  const workers = Array.from({ length: replicas }, () =>
    forkWorker(join(__dirname, 'relay-replica.ts'), settings),
  );
  for (const { child } of workers) {
    child.on('message', ({ durationMs }: { durationMs: number }) => windowsMs.push(durationMs));
  }
  try {
    await shared('relay', replicas);
    await storeEvents(admin, from, to);
    const start = performance.now();
    await atHead('relay');
    return { rate: (to - from) / ((performance.now() - start) / 1_000), windowsMs };
  } finally {
    await Promise.all(workers.map((worker) => worker.stop()));
  }
}

async function publishNewest({ settings, log }: DeliveryBed, stored: number, events: number): Promise<Turn> {
  const perPartition = events / log.partitions;
  const newest = await Promise.all(
    Array.from({ length: log.partitions }, (_, partition) =>
      log.store.readPartition(partition, stored / log.partitions - perPartition + 1, perPartition),
    ),
  );
  // In the order in which they were stored, which is by turns from all partitions.
  const inOrder = newest.flat().sort((a, b) => a.position - b.position);
  const { seconds, windowsMs } = await barePublish(settings.amqpUrl, settings.prefix, inOrder);
  return { rate: events / seconds, windowsMs };
}

function ratiosOf(rows: readonly Row[]): Record<string, number> {
  const rateOf = (name: string) => rows.find(({ contender }) => contender === name)?.rate ?? NaN;
  const ratios = {
    'relay/bare-publish': rateOf('relay') / rateOf('bare-publish'),
    'relay-2/bare-publish': rateOf('relay-2') / rateOf('bare-publish'),
  };
  return Object.fromEntries(Object.entries(ratios).filter(([, ratio]) => Number.isFinite(ratio)));
}
