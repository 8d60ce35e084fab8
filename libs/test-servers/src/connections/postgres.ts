import type { Client } from 'pg';

/*
 * The drivers are loaded when they are first used. A test of a pure decision imports this library as well, and Jest
 * loads every module again for each test file.
 */

/** Runs `work` on a separate connection. Fails after 3 s if the server does not answer. */
export async function withPostgres<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  // If a server ends our session (DROP DATABASE … FORCE), the client emits an error in addition to failing the awaited
  // query.
  client.on('error', () => {});
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => {});
  }
}

/** Another database on the same server, with the same credentials and options. */
export function postgresUrlFor(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${encodeURIComponent(database)}`;
  return url.href;
}
