import { Client } from 'pg';

/**
 * One connection of its own, for what a pool can't hold: advisory locks, LISTEN. The caller ends it.
 *
 * @param connectTimeoutMs how long the server may take to let it in; by default, as long as it likes
 */
export async function openClient(
  url: string,
  applicationName: string,
  connectTimeoutMs = 0,
): Promise<Client> {
  const client = new Client({
    connectionString: url,
    application_name: applicationName,
    keepAlive: true,
    connectionTimeoutMillis: connectTimeoutMs,
  });
  // Without a listener, its loss would end this process, even before the caller has got it.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
