import type { EventCodec } from '@tidemark/kernel';
import type { LogReader } from '@tidemark/messaging';
import { randomInt, randomUUID } from 'node:crypto';
import { selectionOf } from '../fold';
import type { MongoDocumentStore } from '../mongo-document-store';
import type { Projection } from '../projection';

export interface RandomIdsOptions {
  readonly documents: MongoDocumentStore;
  readonly log: Pick<LogReader, 'readPartition'>;
  readonly codec: Pick<EventCodec, 'decode'>;
  /** By the name of its collection. */
  readonly projection: Projection;
  readonly partition: number;
  readonly upTo: number;
  readonly size: number;
}

/** Events that are looked at in one place of the log. */
const PAGE = 50;

/** Half of them from a random place of the log, so that missing documents are found, half from what is stored. */
export async function randomIds(options: RandomIdsOptions): Promise<ReadonlySet<string>> {
  const { documents, projection, partition, size } = options;
  const ids = new Set<string>();
  for (const id of await idsInLog(options)) {
    if (ids.size < Math.ceil(size / 2)) {
      ids.add(id);
    }
  }
  const stored = { partition, where: {}, before: Number.MAX_SAFE_INTEGER, limit: size - ids.size };
  const behind = await documents.match(projection.name, { ...stored, afterId: randomUUID() });
  const few = behind.length > 0 ? behind : await documents.match(projection.name, stored);
  few.forEach(({ _id }) => ids.add(_id));
  return ids;
}

async function idsInLog({
  log,
  codec,
  projection,
  partition,
  upTo,
}: RandomIdsOptions): Promise<readonly string[]> {
  if (upTo === 0) {
    return [];
  }
  const events = await log.readPartition(partition, randomInt(1, upTo + 1), PAGE);
  return events
    .filter(({ position }) => position <= upTo)
    .flatMap((event) => {
      const selection = selectionIfKnown(projection, codec, event);
      return selection && 'ids' in selection ? selection.ids : [];
    });
}

/** An event that is parked because the code does not know it tells of no document. */
function selectionIfKnown(
  projection: Projection,
  codec: Pick<EventCodec, 'decode'>,
  event: Parameters<typeof selectionOf>[1],
) {
  try {
    return selectionOf(projection, { ...event, data: codec.decode(event).data });
  } catch {
    return undefined;
  }
}
