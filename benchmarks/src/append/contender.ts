import { createPool } from '@tidemark/postgres';
import { createTestDatabase } from '@tidemark/test-servers';
import type { Landed } from '../harness/write-ledger';
import type { Write } from './write';

/** The number of connections of every contender. */
export const poolSize = 16;

/** A program under test that writes to a database of its own. */
export interface WritingContender {
  readonly name: string;
  /**
   * SQL that reads the contender's own tables: the `id` of every write, and the number of its `events` as an integer.
   */
  readonly landedSql: string;
  close(): Promise<void>;
}

/** An event log under test. */
export interface AppendContender extends WritingContender {
  /** Appends to a new stream. Durable when it resolves. */
  append(write: Write): Promise<void>;
  /**
   * One command on a stream with other writers: load, fold, append at the loaded version. False if another writer was
   * faster and nothing was written. Absent for a contender without versions.
   */
  attempt?(write: Write): Promise<boolean>;
}

/** Creates what the contender needs, in a database of its own. */
export type OpenContender<Contender extends WritingContender = AppendContender> = (
  databaseUrl: string,
) => Promise<Contender>;

export type OpenedContender<Contender extends WritingContender = AppendContender> = Contender & {
  readLanded(): Promise<Landed>;
};

/** Runs each contender in a new database, which is dropped afterwards even if `work` fails. */
export async function withContenders<Result, Contender extends WritingContender = AppendContender>(
  openers: readonly OpenContender<Contender>[],
  work: (contenders: readonly OpenedContender<Contender>[]) => Promise<Result>,
): Promise<Result> {
  const undo: (() => Promise<void>)[] = [];
  try {
    const contenders: OpenedContender<Contender>[] = [];
    for (const open of openers) {
      const database = await createTestDatabase();
      undo.push(() => database.drop());
      await makeDurable(database.url);
      const contender = await open(database.url);
      undo.push(() => contender.close());
      contenders.push({ ...contender, readLanded: () => readLanded(database.url, contender.landedSql) });
    }
    return await work(contenders);
  } finally {
    for (const step of undo.reverse()) {
      await step();
    }
  }
}

/** Turns `synchronous_commit` on explicitly, whatever the server's default is. */
async function makeDurable(databaseUrl: string): Promise<void> {
  await withAdmin(databaseUrl, async (admin) => {
    await admin.query(`DO $$ BEGIN
      EXECUTE format('ALTER DATABASE %I SET synchronous_commit = on', current_database());
    END $$`);
  });
}

async function readLanded(databaseUrl: string, sql: string): Promise<Landed> {
  return withAdmin(databaseUrl, async (admin) => {
    const { rows } = await admin.query<{ id: string; events: number }>(sql);
    return new Map(rows.map(({ id, events }) => [id, events]));
  });
}

/** One connection without a time limit. */
export async function withAdmin<Result>(
  databaseUrl: string,
  work: (admin: ReturnType<typeof createPool>) => Promise<Result>,
): Promise<Result> {
  const admin = createPool({
    url: databaseUrl,
    applicationName: 'tidemark-bench-admin',
    maxConnections: 1,
    statementTimeoutMs: 3_600_000,
  });
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

/** The connections that a contender uses. */
export function contenderPool(url: string) {
  return createPool({
    url,
    applicationName: 'tidemark-bench',
    maxConnections: poolSize,
    acquireTimeoutMs: 60_000,
  });
}
