import type { EventEnvelope } from '@tidemark/kernel';
import { foldAll, generationName, type ProjectedDocument, type ProjectionStore } from '@tidemark/projections';
import type { ReadModelName } from '@tidemark/read-models';
import { isDeepStrictEqual } from 'node:util';
import { projections as all } from 'projection-service/projections';
import type { Audit } from '../harness/write-ledger';
import { orderTraffic } from './order-traffic';

export const partitions = 16;

/** The largest batch of a consumer. */
const batchSize = 200;

export const projections = all.filter(({ name }) => ['order_list', 'order_details'].includes(name));

/** The read models of the projections, and their generations. */
export const models = projections.map(({ name, version }) => ({
  name: name as ReadModelName,
  generation: generationName(name, { version, generation: 1 }),
}));

/** A document after a batch. */
export interface Change {
  readonly document: ProjectedDocument;
  readonly isNew: boolean;
}

export interface Batch {
  readonly partition: number;
  readonly events: readonly EventEnvelope[];
  /** The changed documents, one list per model. */
  readonly changes: readonly (readonly Change[])[];
}

/** All written events, and the documents that must exist at the end. */
export class Traffic {
  private readonly history = Array.from({ length: partitions }, (): EventEnvelope[] => []);

  /** The next events of each partition, with whole orders. */
  next(ordersPerPartition: number): readonly (readonly Batch[])[] {
    return this.history.map((history, partition) => {
      const place = { partition, partitions, afterPosition: history.length };
      const events = orderTraffic(place, ordersPerPartition);
      events.forEach((event) => history.push(event));
      return batchesOf(partition, events);
    });
  }

  /** Counts documents that differ from the log, and documents that should not exist. */
  async audit({ documents }: ProjectionStore): Promise<Audit> {
    let [lost, duplicated] = [0, 0];
    for (const [index, { generation }] of models.entries()) {
      const expected = new Map(this.history.flatMap((events) => [...foldAll(projections[index]!, events)]));
      for (let partition = 0; partition < partitions; partition += 1) {
        for await (const stored of documents.scan(generation, partition)) {
          const wanted = expected.get(stored._id);
          duplicated += wanted ? 0 : 1;
          lost += wanted && !isDeepStrictEqual(stored, wanted) ? 1 : 0;
          expected.delete(stored._id);
        }
      }
      lost += expected.size;
    }
    return { lost, duplicated };
  }
}

function batchesOf(partition: number, events: readonly EventEnvelope[]): Batch[] {
  const known = models.map(() => new Set<string>());
  return Array.from({ length: Math.ceil(events.length / batchSize) }, (_, n) => {
    const [from, to] = [n * batchSize, (n + 1) * batchSize];
    const changes = projections.map((projection, index) => {
      const documents = [...foldAll(projection, events.slice(0, to)).values()];
      const changed = documents.filter(({ position }) => position >= events[from]!.position);
      return changed.map((document): Change => {
        const isNew = !known[index]!.has(document._id);
        known[index]!.add(document._id);
        return { document, isNew };
      });
    });
    return { partition, events: events.slice(from, to), changes };
  });
}
