import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { v7 as uuidv7 } from 'uuid';
import { contenderPool, withAdmin, type AppendContender } from './contender';
import { metadataOf, type Write } from './write';

/**
 * The files to run, in the order of its install.sh. Roles and privileges are left out, because they would outlive the
 * database.
 */
const files = [
  'schema/message-store',
  'tables/messages',
  'types/message',
  ...[
    'message-store-version',
    'hash-64',
    'acquire-lock',
    'category',
    'is-category',
    'id',
    'cardinal-id',
    'stream-version',
    'write-message',
    'get-stream-messages',
    'get-category-messages',
    'get-last-stream-message',
  ].map((name) => `functions/${name}`),
  'indexes/messages-id',
  'indexes/messages-stream',
  'indexes/messages-category',
];

const categories = 16;
const raisedException = 'P0001';

interface StoredMessage {
  readonly data: string;
  readonly position: number;
}

/** The peer's SQL functions, called with prepared statements. */
export async function openMessageDb(databaseUrl: string): Promise<AppendContender> {
  await install(databaseUrl);
  const pool = contenderPool(databaseUrl);

  /**
   * Makes a whole write in one statement. That is faster than the peer's clients, which make single calls in a
   * transaction.
   */
  const push = async (write: Write, version: number) => {
    const { events } = write;
    await pool.query({
      name: 'write-messages',
      text: `
        SELECT write_message(m.id, $1, m.type, m.data, $2::jsonb, $3::bigint + m.ordinal - 1)
        FROM unnest($4::varchar[], $5::varchar[], $6::jsonb[]) WITH ORDINALITY AS m (id, type, data, ordinal)`,
      values: [
        streamOf(write),
        JSON.stringify(metadataOf(write)),
        version,
        events.map(() => uuidv7()),
        events.map(({ type }) => type),
        events.map(({ data }) => JSON.stringify(data)),
      ],
    });
  };

  return {
    name: 'message-db',
    append: (write) => push(write, -1),
    attempt: async (write) => {
      const { rows } = await pool.query<StoredMessage>({
        name: 'get-stream-messages',
        text: 'SELECT data, position FROM get_stream_messages($1, 0, -1)',
        values: [streamOf(write)],
      });
      rows.forEach(({ data }) => JSON.parse(data));
      try {
        await push(write, rows.at(-1)?.position ?? -1);
        return true;
      } catch (error) {
        if (isWrongVersion(error)) {
          return false;
        }
        throw error;
      }
    },
    landedSql: `SELECT metadata->>'correlationId' AS id, count(*)::integer AS events FROM message_store.messages GROUP BY 1`,
    close: () => pool.end(),
  };
}

/** Only one writer at a time can write to a category, so there are as many categories as Tidemark has partitions. */
function streamOf({ streamId }: Write): string {
  return `order${Number.parseInt(streamId.slice(-4), 16) % categories}-${streamId}`;
}

/** A conflict raises a plain exception, so only the text tells it from other errors. */
function isWrongVersion(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    error.code === raisedException &&
    error.message.startsWith('Wrong expected version')
  );
}

async function install(databaseUrl: string): Promise<void> {
  const folder = join(dirname(require.resolve('@eventide/message-db/package.json')), 'database');
  await withAdmin(databaseUrl, async (admin) => {
    await admin.query(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET search_path = message_store, public', current_database());
    END $$`);
  });
  await withAdmin(databaseUrl, async (admin) => {
    for (const file of files) {
      await admin.query(await readFile(join(folder, `${file}.sql`), 'utf8'));
    }
  });
}
