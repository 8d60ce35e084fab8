import type { Client } from 'pg';

/*
 * The drivers are loaded when they are first used: a test of a pure decision imports this library as well, and Jest
 * loads every module anew for each test file.
 */

/** Runs `work` on a connection of its own; gives up after 3 s when the server does not answer. */
export async function withPostgres<Result>(
  url: string,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const { Client } = await import('pg');
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3_000 });
  // A server that ends our session (DROP DATABASE … FORCE) also emits, beside failing the query that is awaited.
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

/**
 * Takes on a role for all statements of a connection, so that one administrator's password serves every service of a
 * local installation. `%20` by hand: `URLSearchParams` would write a `+`.
 */
export function postgresUrlAs(url: string, role: string): string {
  const separator = new URL(url).search === '' ? '?' : '&';
  return `${url}${separator}options=${encodeURIComponent(`-c role=${role}`)}`;
}
