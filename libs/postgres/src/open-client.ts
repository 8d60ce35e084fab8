import { Client } from 'pg';

/** One connection of its own, for what a pool can't hold: advisory locks, LISTEN. The caller ends it. */
export async function openClient(url: string, applicationName: string): Promise<Client> {
  const client = new Client({ connectionString: url, application_name: applicationName, keepAlive: true });
  // Without a listener, its loss would end this process, even before the caller has got it.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}
