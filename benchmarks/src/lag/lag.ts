import { consumerGroups } from '@tidemark/contracts';
import { AppendNotifier } from '@tidemark/event-store';
import { BrokerConnection, RelayGroup, PostgresGroupStore } from '@tidemark/messaging';
import { eventually } from '@tidemark/test-servers';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { commandOf } from '../append/tidemark';
import { newWrite } from '../append/write';
import type { Benchmark, BenchmarkOptions, Result } from '../harness/benchmark';
import { keysOf, withDeliveryBed, type DeliveryBed } from '../harness/delivery-bed';
import { forkWorker, type Worker } from '../harness/fork-worker';
import { percentile } from '../harness/statistics';
import { LagLedger, type Handled } from './handled';

const writers = 64;
/** With more writers, the benchmark would measure a queue and not a rate. */
const mostUnderWay = 2_000;
const rounds = 5;
const backlog = 100_000;

/**
 * How long an event takes from its commit to a consumer's handler. This process is the command service with its relay
 * or, without a broker, with only its notifier. The consumer is another process.
 */
export const lag: Benchmark = (options): Promise<Result> =>
  withDeliveryBed((bed) => run(bed, options), options);

async function run(bed: DeliveryBed, options: BenchmarkOptions): Promise<Result> {
  const { most, ledger } = await whileDelivering(bed, async (consumer) => {
    const found = await highestRate(bed, consumer, options);
    options.progress(`  delivery keeps up with ${Math.round(found)}/s`);
    return { most: found, ledger: await steadyRate(bed, consumer, found / 2, options) };
  });
  await appendBacklog(bed, options);
  options.progress(`  ${backlog.toLocaleString('en')} events wait`);
  const start = performance.now();
  const drainSeconds = await whileDelivering(bed, async () => {
    await bed.atHead('projections');
    return (performance.now() - start) / 1_000;
  });

  const audit = ledger.audit();
  const isSound = audit.lost === 0 && audit.duplicated === 0;
  const lagsMs = ledger.lagsMs();
  const [p50Ms, p99Ms, rate] = [percentile(lagsMs, 50), percentile(lagsMs, 99), most / 2];
  const row = { workload: 'lag', contender: 'tidemark', p50Ms, p99Ms, ...audit };
  return {
    rows: [{ ...row, rate: isSound ? rate : undefined, spread: undefined }],
    figures: isSound ? { p50Ms, p99Ms, rate, drain100kSeconds: drainSeconds } : {},
    ratios: {},
  };
}

/** Runs `work` while a relay or a notifier in this process and a consumer in another process deliver events. */
async function whileDelivering<Outcome>(
  bed: DeliveryBed,
  work: (consumer: Consumer) => Promise<Outcome>,
): Promise<Outcome> {
  const hasBroker = bed.settings.amqpUrl !== '';
  const relay = hasBroker ? startRelay(bed) : startNotifier(bed);
  const consumer = startConsumer(bed);
  try {
    await Promise.all([hasBroker && bed.shared('relay', 1), bed.shared('projections', 1)]);
    return await work(consumer);
  } finally {
    await consumer.stop();
    await relay.stop();
  }
}

function startRelay({ settings, log }: DeliveryBed) {
  const broker = new BrokerConnection({ url: settings.amqpUrl });
  const relay = new RelayGroup({
    broker,
    keys: keysOf(settings),
    log: log.store,
    partitions: log.partitions,
    prefix: settings.prefix,
    groups: consumerGroups,
    store: new PostgresGroupStore({
      pool: log.pool,
      schema: settings.schema,
      group: 'relay',
      mayRepeat: true,
    }),
    wakeSource: { subscribe: (wake) => log.store.onAppended(wake) },
    leaseMs: 3_000,
  });
  relay.start();
  return {
    async stop() {
      await relay.stop();
      await broker.close();
    },
  };
}

function startNotifier({ log: { store, pool } }: DeliveryBed) {
  const notifier = new AppendNotifier({ store, pool });
  return { stop: () => Promise.resolve(notifier.close()) };
}

interface Consumer extends Worker {
  /** The ledger that records handled events; undefined at first. */
  ledger: LagLedger | undefined;
}

function startConsumer(bed: DeliveryBed): Consumer {
  const worker = forkWorker(join(__dirname, 'consumer-replica.ts'), bed.settings);
  const consumer: Consumer = { ...worker, ledger: undefined };
  worker.child.on('message', (handled: Handled) => consumer.ledger?.handle(handled));
  return consumer;
}

/** Events that reached the handler per second, while writers wrote as fast as delivery could follow. */
async function highestRate(bed: DeliveryBed, consumer: Consumer, options: BenchmarkOptions): Promise<number> {
  const ledger = new LagLedger();
  consumer.ledger = ledger;
  const ms = 2 * options.seconds * 1_000;
  const start = performance.now();
  const ends = Array.from({ length: writers }, async () => {
    while (performance.now() - start < ms && !options.signal.aborted) {
      if (ledger.underWay > mostUnderWay) {
        await delay(1);
      } else {
        await commit(bed, ledger);
      }
    }
  });
  await Promise.all(ends);
  const rate = ledger.handled / ((performance.now() - start) / 1_000);
  options.signal.throwIfAborted();
  await bed.atHead('projections');
  return rate;
}

/** Writes at a given rate, even if earlier events have not arrived yet. The first round warms up and does not count. */
async function steadyRate(
  bed: DeliveryBed,
  consumer: Consumer,
  rate: number,
  { seconds, signal }: BenchmarkOptions,
): Promise<LagLedger> {
  let ledger = new LagLedger();
  for (let round = 0; round <= rounds; round += 1) {
    if (round <= 1) {
      ledger = new LagLedger();
      consumer.ledger = ledger;
    }
    const counting = ledger;
    const appends: Promise<void>[] = [];
    const start = performance.now();
    for (let elapsed = 0; elapsed < seconds * 1_000; elapsed = performance.now() - start) {
      signal.throwIfAborted();
      while (appends.length < (elapsed / 1_000) * rate) {
        appends.push(commit(bed, counting));
      }
      await delay(1);
    }
    await Promise.all(appends);
    await bed.atHead('projections');
  }
  // The consumer reports its records a moment later. Events that are still missing then are lost.
  await eventually(() => ledger.audit().lost === 0).catch(() => {});
  return ledger;
}

/** Fills the log while no process relays or consumes. */
async function appendBacklog(bed: DeliveryBed, { signal }: BenchmarkOptions): Promise<void> {
  let left = backlog;
  const ends = Array.from({ length: writers }, async () => {
    while (left > 0 && !signal.aborted) {
      left -= 1;
      await append(bed);
    }
  });
  await Promise.all(ends);
  signal.throwIfAborted();
}

async function commit(bed: DeliveryBed, ledger: LagLedger): Promise<void> {
  const { partition, position } = await append(bed);
  ledger.commit(partition, position, performance.timeOrigin + performance.now());
}

function append({ log }: DeliveryBed) {
  const write = newWrite();
  return log.store.append({
    streamType: 'Order',
    aggregateId: write.streamId,
    partitionKey: write.streamId,
    expectedVersion: 'none',
    events: write.events,
    command: commandOf(write),
  });
}
