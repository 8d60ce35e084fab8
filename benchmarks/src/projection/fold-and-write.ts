import { eventCodec } from '@tidemark/contracts';
import type { Checkpoint, Lease } from '@tidemark/messaging';
import {
  abilityOf,
  GenerationRegistry,
  GroupFeed,
  MongoDocumentStore,
  prepareReadModel,
  MongoGroupStore,
  MongoParkedStore,
  type ProjectedDocument,
} from '@tidemark/projections';
import { connectReadStore, readModels } from '@tidemark/read-models';
import { createTestMongo } from '@tidemark/testing';
import type { AnyBulkWriteOperation, Db } from 'mongodb';
import type { BenchmarkOptions, Row } from '../harness/benchmark';
import type { Measurement } from '../harness/measure';
import { rowOf } from '../harness/row-of';
import { eventsPerOrder } from './order-traffic';
import { models, partitions, projections, Traffic, type Batch, type Change } from './traffic';

/** The rounds that warm up the compilers of both sides. The compiler of the MongoDB stand-in takes this long. */
const warmUpRounds = 2;
const rounds = 9;
const connections = 32;
/** The number of events of each partition, per second of `--seconds`. */
const ordersPerPartition = 30;

interface Contender {
  readonly name: string;
  readonly db: Db;
  /** Applies a batch, which is durable when the call resolves. */
  apply(batch: Batch): Promise<void>;
}

/** Compares the projections' handler with a `bulkWrite` of the documents that the handler makes. */
export async function foldAndWrite(options: BenchmarkOptions): Promise<readonly Row[]> {
  return withReadStore(async (ours) =>
    withReadStore(async (bare) => {
      const contenders = [await projectionContender(ours), bareContender(bare)];
      const traffic = new Traffic();
      const measurements = await takeTurns(contenders, traffic, options);
      const rows: Row[] = [];
      for (const [index, { name, db }] of contenders.entries()) {
        rows.push(rowOf('fold-and-write', name, measurements[index]!, await traffic.audit(db)));
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
async function projectionContender(db: Db): Promise<Contender> {
  const group = 'projections';
  const store = new MongoGroupStore(db, group, projections.map(abilityOf));
  const handler = new GroupFeed({
    db,
    group,
    projections,
    registry: new GenerationRegistry(db),
    documents: new MongoDocumentStore(db),
    parked: new MongoParkedStore(db, group),
    log: { readPartition: () => Promise.resolve([]) },
    codec: eventCodec,
  });
  const leases = new Map<number, Lease>();
  const checkpoints = new Map<number, Checkpoint>();
  for (let partition = 0; partition < partitions; partition += 1) {
    leases.set(partition, (await store.acquire(partition, 'bench', 3_600_000))!);
  }
  const { signal } = new AbortController();
  return {
    name: 'projection',
    db,
    apply: async ({ partition, events }) => {
      const { position, eventId } = events.at(-1)!;
      const [after, to] = [checkpoints.get(partition) ?? { position: 0 }, { position, eventId }];
      await handler.handle({ lease: leases.get(partition)!, after, to, events }, signal);
      checkpoints.set(partition, to);
    },
  };
}

function bareContender(db: Db): Contender {
  return {
    name: 'bare-bulk-write',
    db,
    apply: async ({ changes }) => {
      await Promise.all(
        models.map(({ collection }, index) =>
          db
            .collection<ProjectedDocument>(collection)
            .bulkWrite(changes[index]!.map(toOperation), { ordered: false }),
        ),
      );
    },
  };
}

function toOperation({ document, isNew }: Change): AnyBulkWriteOperation<ProjectedDocument> {
  return isNew
    ? { insertOne: { document } }
    : { replaceOne: { filter: { _id: document._id }, replacement: document } };
}

/** A separate database, with the collections that the service would create. */
async function withReadStore<Result>(work: (db: Db) => Promise<Result>): Promise<Result> {
  const database = await createTestMongo();
  const store = await connectReadStore(database.url, {
    applicationName: 'tidemark-bench',
    maxConnections: connections,
  });
  try {
    for (const { name, collection } of models) {
      await prepareReadModel(store.db, readModels[name], collection);
    }
    return await work(store.db);
  } finally {
    await store.close();
    await database.drop();
  }
}
