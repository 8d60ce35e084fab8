import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import { LeaseLostError, type LogReader, type ParkedBatch, type ParkedStore } from '@tidemark/messaging';
import { allAtRest } from './all-at-rest';
import type { DocumentChange, DocumentStore } from './document-store';
import { selectionOf } from './fold';
import type { PartitionFence } from './partition-fence';
import type { ProjectedDocument, Projection, Where } from './projection';
import { foldAfresh, partitionHistory } from './refold';
import { refoldedAt } from './refolded-position';

export interface ParkedRefoldOptions {
  readonly projections: readonly Projection[];
  readonly documents: DocumentStore;
  readonly fence: PartitionFence;
  readonly parked: Pick<ParkedStore, 'replace'>;
  readonly log: Pick<LogReader, 'readPartition'>;
  readonly codec: Pick<EventCodec, 'decode'>;
  /** The maximum number of documents that are looked up or written at a time. */
  readonly chunkSize: number;
}

/**
 * Applies waiting events, or takes back the effect of a discarded event. Other events have overtaken them, and a fold
 * depends on the order. So the documents that they concern are folded again from the start of the log. Repeating that
 * gives the same result. Then the stream's record moves on.
 *
 * A selection by fields concerns the documents that match when the event is finally applied. Fields by which a
 * projection selects must not change once they are set.
 *
 * @throws LeaseLostError, ProjectionFailedError, ForeignPartitionError, and the stores' faults
 */
export async function refoldParked(
  options: ParkedRefoldOptions,
  batch: ParkedBatch,
  signal: AbortSignal,
): Promise<void> {
  const { lease, from, to, events, discarded } = batch;
  await refoldConcerned(options, batch, { events, maybe: discarded ? [discarded] : [] }, signal);
  await options.parked.replace(lease, from, to);
}

/** Events whose documents are folded again. */
export interface ConcernedBy {
  readonly events: readonly EventEnvelope[];
  /** Events that have failed before, maybe in the selection. Then they had no effect. */
  readonly maybe: readonly EventEnvelope[];
}

/** Folds the documents again that these events concern, up to the checkpoint. Throws what `refoldParked` throws. */
export async function refoldConcerned(
  options: Omit<ParkedRefoldOptions, 'parked'>,
  batch: Pick<ParkedBatch, 'lease' | 'checkpoint' | 'isLeftOut'>,
  concernedBy: ConcernedBy,
  signal: AbortSignal,
): Promise<void> {
  const { log, codec } = options;
  const { lease, checkpoint, isLeftOut } = batch;
  const wanted = await documentsConcerned(options, concernedBy);
  if ([...wanted.values()].some((ids) => ids.size > 0)) {
    const { partition } = lease;
    const history = partitionHistory({ log, codec, partition, upTo: checkpoint.position, isLeftOut, signal });
    const folded = await foldAfresh(history, wanted);
    for (const [projection, documents] of folded) {
      for (const ids of chunks([...wanted.get(projection)!], options.chunkSize)) {
        signal.throwIfAborted();
        await rewrite(options, batch, projection, ids, documents);
      }
    }
  }
}

async function rewrite(
  { documents, fence }: Pick<ParkedRefoldOptions, 'documents' | 'fence'>,
  { lease, checkpoint }: Pick<ParkedBatch, 'lease' | 'checkpoint'>,
  projection: Projection,
  ids: readonly string[],
  folded: ReadonlyMap<string, ProjectedDocument>,
): Promise<void> {
  const stored = await documents.load(projection.name, ids);
  await fence.confirm(lease, checkpoint);
  const loadedAt = new Map(stored.map(({ _id, position }) => [_id, position]));
  const changes = ids
    .flatMap((id) => folded.get(id) ?? [])
    .map((document): DocumentChange => {
      const before = loadedAt.get(document._id);
      const position = refoldedAt(checkpoint.position, before);
      return { document: { ...document, position }, ...(before !== undefined && { loadedAt: before }) };
    });
  const stale = changes.length > 0 ? [...(await documents.write(projection.name, changes))] : [];
  // Only a discarded event has made these documents.
  for (const document of stored.filter(({ _id }) => !folded.has(_id))) {
    if (!(await documents.remove(projection.name, document))) {
      stale.push(document._id);
    }
  }
  if (stale.length > 0) {
    throw new LeaseLostError(lease, `${projection.name} ${stale[0]} was written by another process`);
  }
}

async function documentsConcerned(
  options: Omit<ParkedRefoldOptions, 'parked'>,
  { events, maybe }: ConcernedBy,
): Promise<ReadonlyMap<Projection, ReadonlySet<string>>> {
  const concerned = await allAtRest(
    options.projections.map(async (projection) => {
      const ids = new Set<string>();
      const selections = [
        ...events.map((event) => selectionOf(projection, event)),
        ...maybe.map((event) => selectionIfAny(projection, event)),
      ];
      for (const selection of selections) {
        if (selection && 'ids' in selection) {
          selection.ids.forEach((id) => ids.add(id));
        } else if (selection) {
          const { partition } = (events[0] ?? maybe[0])!;
          (await matchingNow(options, projection, selection.where, partition)).forEach((id) => ids.add(id));
        }
      }
      return [projection, ids] as const;
    }),
  );
  return new Map(concerned);
}

function selectionIfAny(projection: Projection, event: EventEnvelope) {
  try {
    return selectionOf(projection, event);
  } catch {
    return undefined;
  }
}

async function matchingNow(
  { documents, chunkSize }: Pick<ParkedRefoldOptions, 'documents' | 'chunkSize'>,
  { name }: Projection,
  where: Where,
  partition: number,
): Promise<string[]> {
  const ids: string[] = [];
  const query = { partition, where, before: Number.MAX_SAFE_INTEGER, limit: chunkSize };
  let chunk = await documents.match(name, query);
  while (chunk.length > 0) {
    ids.push(...chunk.map(({ _id }) => _id));
    chunk =
      chunk.length < chunkSize
        ? []
        : await documents.match(name, { ...query, afterId: ids[ids.length - 1]! });
  }
  return ids;
}

function chunks<Item>(items: readonly Item[], size: number): Item[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
