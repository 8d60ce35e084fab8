import { consumerGroups } from '@tidemark/contracts';
import { on } from 'node:events';
import { join } from 'node:path';
import { storeEvents } from '../append/fill-log';
import type { Benchmark, BenchmarkOptions, Result, Row } from '../harness/benchmark';
import { withDeliveryBed, type DeliveryBed } from '../harness/delivery-bed';
import { forkWorker, type Worker } from '../harness/fork-worker';
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

/** Compares publishing from the log with a loop that publishes the same bytes from memory to the same queues. */
export const relay: Benchmark = (options): Promise<Result> =>
  withDeliveryBed(async (bed) => {
    const replicas = [startReplica(bed), startReplica(bed)];
    try {
      return await run(bed, replicas, options);
    } finally {
      await Promise.all(replicas.map(({ stop }) => stop()));
    }
  });

async function run(
  bed: DeliveryBed,
  replicas: readonly Replica[],
  options: BenchmarkOptions,
): Promise<Result> {
  const { amqpUrl, prefix } = bed.settings;
  const { partitions } = bed.log;
  const events = Math.ceil((options.seconds * eventsPerSecond) / partitions) * partitions;
  let stored = 0;
  const relayed = (count: number) => async () => {
    const turn = await relayAll(bed, replicas.slice(0, count), { from: stored, to: stored + events });
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
      const surplus = (await takeMessages(amqpUrl, prefix, partitions)) - events * consumerGroups.length;
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

interface Replica extends Worker {
  /** How long each window of this round took. */
  readonly windowsMs: number[];
  relay(isOn: boolean): Promise<void>;
}

type Report = { readonly durationMs: number } | { readonly isOn: boolean };

function startReplica({ settings }: DeliveryBed): Replica {
  const worker = forkWorker(join(__dirname, 'relay-replica.ts'), settings);
  const windowsMs: number[] = [];
  worker.child.on('message', (report: Report) => {
    if ('durationMs' in report) {
      windowsMs.push(report.durationMs);
    }
  });
  return {
    ...worker,
    windowsMs,
    async relay(isOn) {
      worker.child.send(isOn);
      for await (const [report] of on(worker.child, 'message') as AsyncIterable<[Report]>) {
        if ('isOn' in report && report.isOn === isOn) {
          return;
        }
      }
    },
  };
}

/** Measures from the moment when all events are in the log until all are published and recorded. */
async function relayAll(
  { admin, shared, atHead }: DeliveryBed,
  replicas: readonly Replica[],
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Turn> {
  await Promise.all(replicas.map((replica) => replica.relay(true)));
  await shared('relay', replicas.length);
  await storeEvents(admin, from, to);
  const start = performance.now();
  await atHead('relay');
  const rate = (to - from) / ((performance.now() - start) / 1_000);
  await Promise.all(replicas.map((replica) => replica.relay(false)));
  return { rate, windowsMs: replicas.flatMap(({ windowsMs }) => windowsMs.splice(0)) };
}

async function publishNewest({ settings, log }: DeliveryBed, stored: number, events: number): Promise<Turn> {
  const perPartition = events / log.partitions;
  const newest = await Promise.all(
    Array.from({ length: log.partitions }, (_, partition) =>
      log.store.readPartition(partition, stored / log.partitions - perPartition + 1, perPartition),
    ),
  );
  // Messages keep the order of storage, which alternates between all partitions.
  const inOrder = newest.flat().sort((a, b) => a.position - b.position);
  const { seconds, windowsMs } = await barePublish(settings, inOrder);
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
