import { withMongodb } from '../connections/mongodb';
import { withPostgres } from '../connections/postgres';

/** Ends every session of a Postgres database and drops it, if it exists. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withPostgres(serverUrl, (client) =>
    client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`),
  );
}

/** Drops a MongoDB database, if it exists. */
export async function dropMongoDatabase(serverUrl: string, name: string): Promise<void> {
  await withMongodb(serverUrl, (client) => client.db(name).dropDatabase());
}
