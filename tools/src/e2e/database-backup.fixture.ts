import { createTestDatabase } from '@tidemark/test-servers';
import { Client, escapeIdentifier } from 'pg';

/** A copy of a database, and a function to restore it. */
export interface DatabaseBackup {
  /** Restores the database from the copy. Ends all its connections. */
  restore(): Promise<void>;
  drop(): Promise<void>;
}

/** Ends all connections, because a database can only be copied without any. The clients reconnect. */
export async function backUpDatabase(databaseUrl: string): Promise<DatabaseBackup> {
  const copy = await createTestDatabase();
  const original = nameIn(databaseUrl);
  const backup = nameIn(copy.url);
  await administer(databaseUrl, [
    `DROP DATABASE ${escapeIdentifier(backup)}`,
    ...cut(original),
    `CREATE DATABASE ${escapeIdentifier(backup)} TEMPLATE ${escapeIdentifier(original)}`,
    `ALTER DATABASE ${escapeIdentifier(original)} ALLOW_CONNECTIONS true`,
  ]);
  return {
    restore: () =>
      administer(databaseUrl, [
        ...cut(original),
        `DROP DATABASE ${escapeIdentifier(original)} WITH (FORCE)`,
        `CREATE DATABASE ${escapeIdentifier(original)} TEMPLATE ${escapeIdentifier(backup)}`,
      ]),
    drop: () => copy.drop(),
  };
}

function cut(name: string): readonly string[] {
  return [
    `ALTER DATABASE ${escapeIdentifier(name)} ALLOW_CONNECTIONS false`,
    `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`,
  ];
}

async function administer(databaseUrl: string, statements: readonly string[]): Promise<void> {
  const server = new URL(databaseUrl);
  server.pathname = '/postgres';
  const client = new Client({ connectionString: server.toString() });
  await client.connect();
  try {
    for (const statement of statements) {
      await client.query(statement);
    }
  } finally {
    await client.end();
  }
}

function nameIn(databaseUrl: string): string {
  return new URL(databaseUrl).pathname.slice(1);
}
