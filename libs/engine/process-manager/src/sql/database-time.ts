import type { Queryable } from './queryable';

/** The transaction's time by the database's clock, RFC 3339. */
export async function databaseTime(client: Queryable): Promise<string> {
  const { rows } = await client.query<{ now: Date }>('SELECT now() AS now');
  return rows[0]!.now.toISOString();
}
