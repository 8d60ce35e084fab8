import type { MongoClient } from 'mongodb';

/** Runs `work` with a separate client. Fails after 3 s if the server does not answer. */
export async function withMongodb<Result>(
  url: string,
  work: (client: MongoClient) => Promise<Result>,
): Promise<Result> {
  const { MongoClient } = await import('mongodb');
  const client = new MongoClient(url, { serverSelectionTimeoutMS: 3_000 });
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.close();
  }
}

/** Another database of the same server, with the same credentials and options. */
export function mongodbUrlFor(serverUrl: string, database: string): string {
  // `URL` can't be used here, because it does not parse a replica set's URL, which names several hosts.
  const [, prefix, , query = ''] = /^(mongodb(?:\+srv)?:\/\/[^/?]+)(\/[^?]*)?(\?.*)?$/.exec(serverUrl) ?? [];
  if (!prefix) {
    throw new TypeError('not a MongoDB URL');
  }
  return `${prefix}/${encodeURIComponent(database)}${query}`;
}
