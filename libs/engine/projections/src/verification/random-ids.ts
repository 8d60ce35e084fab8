import type { EventCodec } from '@tidemark/kernel';
import type { LogReader } from '@tidemark/messaging';
import { randomInt } from 'node:crypto';
import type { DocumentStore } from '../document-store';
import { selectionOf } from '../fold';
import type { Projection } from '../projection';

export interface RandomIdsOptions {
  readonly documents: Pick<DocumentStore, 'match'>;
  readonly log: Pick<LogReader, 'readPartition'>;
  readonly codec: Pick<EventCodec, 'decode'>;
  /** The projection under the name of its generation. */
  readonly projection: Projection;
  readonly partition: number;
  readonly upTo: number;
  readonly size: number;
}

/** The number of events to read at one place of the log. */
const PAGE = 50;

/**
 * Half of the ids come from a random place of the log, so that missing documents are found. The others are stored ids
 * that follow the first of these. Without the log, the ids would not be drawn evenly.
 */
export async function randomIds(options: RandomIdsOptions): Promise<ReadonlySet<string>> {
  const { size } = options;
  const inLog = [...new Set(await idsInLog(options))];
  const ids = new Set(inLog.slice(0, Math.ceil(size / 2)));
  for (const id of await storedBehind(inLog[0], size - ids.size, options)) {
    ids.add(id);
  }
  return ids;
}

/** Stored ids after a given id. After the last id, it continues with the first. */
async function storedBehind(
  afterId: string | undefined,
  limit: number,
  { documents, projection, partition }: RandomIdsOptions,
): Promise<readonly string[]> {
  const any = { partition, where: {}, before: Number.MAX_SAFE_INTEGER };
  const behind = await documents.match(projection.name, {
    ...any,
    limit,
    ...(afterId !== undefined && { afterId }),
  });
  const missing = limit - behind.length;
  const first =
    missing > 0 && afterId !== undefined
      ? await documents.match(projection.name, { ...any, limit: missing })
      : [];
  return [...behind, ...first].map(({ _id }) => _id);
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

/** An event that is parked because the code does not know it names no document. */
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
