import { eventCodec } from '@tidemark/contracts';
import type { EventEnvelope } from '@tidemark/kernel';
import { foldAll, generationName, GenerationRegistry, type ProjectedDocument } from '@tidemark/projections';
import { connectReadStore, type ReadStore } from '@tidemark/read-models';
import type { Storage } from '@tidemark/test-servers';
import type { Pool } from 'pg';
import { projections } from 'projection-service/projections';
import type { RunningSystem } from './running-system.fixture';

/** The number that the migration of a new log chooses. */
const partitions = 16;

interface StoredEvent extends Omit<EventEnvelope, 'timestamp'> {
  readonly timestamp: Date;
}

const logSql = `
  SELECT event_id AS "eventId", stream_id AS "streamId", stream_type AS "streamType", event_version AS version, partition,
    position::integer, event_type AS type, schema_version AS "schemaVersion", event_data AS data, "timestamp",
    correlation_id AS "correlationId", causation_id AS "causationId", event_metadata AS metadata
  FROM event_store.events ORDER BY partition, position`;

/** The whole log, read from its table, each partition in order. */
export async function readLog(database: Pool): Promise<readonly EventEnvelope[]> {
  const { rows } = await database.query<StoredEvent>(logSql);
  return rows.map((row) => ({ ...row, timestamp: row.timestamp.toISOString() }));
}

/** The database of the read models, as its administrator. */
export function readStoreOf({ databaseUrl, mongodbUrl }: Storage) {
  return mongodbUrl === undefined
    ? ({ kind: 'postgres', url: databaseUrl } as const)
    : ({ kind: 'mongodb', url: mongodbUrl } as const);
}

/**
 * Expects every live document of every read model to be the fold of the log, field by field. The log is read from its
 * table and folded here, only by the pure projections.
 *
 * @returns how many documents each read model has
 */
export async function expectFoldOfLog({ database, storage }: RunningSystem): Promise<Record<string, number>> {
  const events = (await readLog(database)).map((event) => ({
    ...event,
    data: eventCodec.decode(event).data,
  }));
  const readStore = await connectReadStore(readStoreOf(storage), { applicationName: 'equals-the-fold' });
  try {
    const counts: Record<string, number> = {};
    for (const projection of projections) {
      const folded = foldAll(projection, events);
      expect(byId(await liveDocuments(readStore, projection.name))).toEqual(byId([...folded.values()]));
      counts[projection.name] = folded.size;
    }
    return counts;
  } finally {
    await readStore.close();
  }
}

async function liveDocuments(
  { projections: store }: ReadStore,
  name: string,
): Promise<readonly ProjectedDocument[]> {
  const state = await new GenerationRegistry(store).state(name);
  if (!state) {
    throw new Error(`the read model ${name} does not exist yet`);
  }
  const found: ProjectedDocument[] = [];
  for (let partition = 0; partition < partitions; partition += 1) {
    for await (const document of store.documents.scan(generationName(name, state.live), partition)) {
      found.push(document);
    }
  }
  return found;
}

function byId(documents: readonly ProjectedDocument[]): Record<string, ProjectedDocument> {
  return Object.fromEntries(documents.map((document) => [document._id, document]));
}
