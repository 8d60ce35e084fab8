import { withMongodb } from '../connections/mongodb';
import { withPostgres } from '../connections/postgres';
import { loginNames } from '../installation/service-logins';

/** Ends every session of a Postgres database and drops it with the services' logins, if they exist. */
export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  await withPostgres(serverUrl, async (client) => {
    await client.query(`DROP DATABASE IF EXISTS ${client.escapeIdentifier(name)} WITH (FORCE)`);
    const logins = loginNames(name).map((login) => client.escapeIdentifier(login));
    await client.query(`DROP ROLE IF EXISTS ${logins.join(', ')}`);
  });
}

/** Drops a MongoDB database, if it exists. */
export async function dropMongoDatabase(serverUrl: string, name: string): Promise<void> {
  await withMongodb(serverUrl, (client) => client.db(name).dropDatabase());
}
