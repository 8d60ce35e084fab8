import { eventCodec } from '@tidemark/contracts';
import type { Checkpoint, Lease } from '@tidemark/messaging';
import { abilityOf, GenerationRegistry, GroupFeed, type ProjectionStore } from '@tidemark/projections';
import type { BenchmarkOptions, Row } from '../harness/benchmark';
import type { Measurement } from '../harness/measure';
import { rowOf } from '../harness/row-of';
import { bareMongoWrite, barePostgresWrite } from './bare-write';
import { eventsPerOrder } from './order-traffic';
import { withReadStore, type BenchReadStore } from './read-store';
import { partitions, projections, Traffic, type Batch } from './traffic';

/** The rounds that warm up the compilers of both sides. The compiler of the MongoDB stand-in takes this long. */
const warmUpRounds = 2;
const rounds = 9;
/** The number of events of each partition, per second of `--seconds`. */
const ordersPerPartition = 30;

interface Contender {
  readonly name: string;
  readonly store: ProjectionStore;
  /** Applies a batch, which is durable when the call resolves. */
  apply(batch: Batch): Promise<void>;
}

/** The projections' handler against a bare write of the documents that it makes. */
export async function foldAndWrite(options: BenchmarkOptions): Promise<readonly Row[]> {
  return withReadStore(options.onPostgres ? 'postgres' : 'mongodb', async (ours) =>
    withReadStore(options.onPostgres ? 'postgres' : 'mongodb', async (bare) => {
      const contenders = [await projectionContender(ours.store), bareContender(bare)];
      const traffic = new Traffic();
      const measurements = await takeTurns(contenders, traffic, options);
      const rows: Row[] = [];
      for (const [index, { name, store }] of contenders.entries()) {
        rows.push(rowOf('fold-and-write', name, measurements[index]!, await traffic.audit(store)));
      }
      return rows;
    }),
  );
}

/** Rates count events. */
async function takeTurns(
  contenders: readonly Contender[],
  traffic: Traffic,
  { seconds, signal }: BenchmarkOptions,
): Promise<readonly Measurement[]> {
  const measurements = contenders.map((): Measurement => ({ rates: [], latenciesMs: [] }));
  const orders = Math.ceil(ordersPerPartition * seconds);
  for (let round = 0; round < warmUpRounds + rounds; round += 1) {
    const work = traffic.next(orders);
    for (const [index, contender] of contenders.entries()) {
      signal.throwIfAborted();
      const { rates, latenciesMs } =
        round < warmUpRounds ? { rates: [], latenciesMs: [] } : measurements[index]!;
      const start = performance.now();
      await Promise.all(
        work.map(async (batches) => {
          for (const batch of batches) {
            const before = performance.now();
            await contender.apply(batch);
            latenciesMs.push(performance.now() - before);
          }
        }),
      );
      rates.push((orders * partitions * eventsPerOrder) / ((performance.now() - start) / 1_000));
    }
  }
  return measurements;
}

/** The handler as the projection service's consumer calls it, for all partitions in one process. */
async function projectionContender(store: ProjectionStore): Promise<Contender> {
  const group = 'projections';
  const groupStore = store.group(group, projections.map(abilityOf));
  const handler = new GroupFeed({
    store,
    group,
    projections,
    registry: new GenerationRegistry(store),
    documents: store.documents,
    parked: store.parked(group),
    log: { readPartition: () => Promise.resolve([]) },
    codec: eventCodec,
  });
  const leases = new Map<number, Lease>();
  const checkpoints = new Map<number, Checkpoint>();
  for (let partition = 0; partition < partitions; partition += 1) {
    leases.set(partition, (await groupStore.acquire(partition, 'bench', 3_600_000))!);
  }
  const { signal } = new AbortController();
  return {
    name: 'projection',
    store,
    apply: async ({ partition, events }) => {
      const { position, eventId } = events.at(-1)!;
      const [after, to] = [checkpoints.get(partition) ?? { position: 0 }, { position, eventId }];
      await handler.handle({ lease: leases.get(partition)!, after, to, events }, signal);
      checkpoints.set(partition, to);
    },
  };
}

function bareContender({ store, db, pool }: BenchReadStore): Contender {
  return db
    ? { name: 'bare-bulk-write', store, apply: (batch) => bareMongoWrite(db, batch) }
    : { name: 'bare-upsert', store, apply: (batch) => barePostgresWrite(pool!, batch) };
}
