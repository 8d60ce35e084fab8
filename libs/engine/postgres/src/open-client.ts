import { Client } from 'pg';

/**
 * A separate connection, for uses that a pool can't serve: advisory locks, LISTEN. The caller ends it.
 *
 * @param connectTimeoutMs how long connecting may take; unlimited by default
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
  // Without a listener, its loss would end this process, even before the caller has received it.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
