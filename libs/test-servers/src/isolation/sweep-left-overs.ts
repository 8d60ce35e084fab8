import { withMongodb } from '../connections/mongodb';
import { withPostgres } from '../connections/postgres';
import type { Infrastructure } from '../infrastructure/infrastructure';
import { deleteVhost, listVhosts, type Broker } from '../infrastructure/rabbitmq/vhosts';
import { dropDatabase, dropMongoDatabase } from '../storage/drop-storage';
import { isLeftOver } from './test-name';

/** Drops the databases and virtual hosts of tests that were killed more than a day ago. */
export async function sweepLeftOvers(
  { postgres, mongodb }: Partial<Infrastructure['urls']>,
  broker: Broker | undefined,
): Promise<void> {
  await Promise.all([
    postgres && sweepDatabases(postgres),
    broker && sweepVhosts(broker),
    mongodb && sweepMongo(mongodb),
  ]);
}

async function sweepDatabases(url: string): Promise<void> {
  const { rows } = await withPostgres(url, (client) =>
    client.query<{ datname: string }>('SELECT datname FROM pg_database'),
  );
  for (const { datname } of rows.filter((row) => isLeftOver(row.datname))) {
    await dropDatabase(url, datname);
  }
}

async function sweepVhosts(broker: Broker): Promise<void> {
  for (const name of (await listVhosts(broker)).filter((vhost) => isLeftOver(vhost))) {
    await deleteVhost(broker, name);
  }
}

async function sweepMongo(url: string): Promise<void> {
  const { databases } = await withMongodb(url, (client) => client.db('admin').admin().listDatabases());
  for (const { name } of databases.filter((database) => isLeftOver(database.name))) {
    await dropMongoDatabase(url, name);
  }
}
