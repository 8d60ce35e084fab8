import { mongodbUrlFor } from '../connections/mongodb';
import { postgresUrlFor, withPostgres } from '../connections/postgres';
import type { BackingService, Infrastructure } from '../infrastructure/infrastructure';
import { createVhost, deleteVhost, findVhost, type Broker } from '../infrastructure/rabbitmq/vhosts';
import { deletePrefix } from './delete-prefix';
import { dropDatabase, dropMongoDatabase } from './drop-storage';
import type { Storage } from './storage';
import { assertStorageName } from './storage-name';

const duplicateDatabase = '42P04';
const uniqueViolation = '23505';

/** At least Postgres. A server that is absent here is not part of the storage. */
type Servers = Pick<Infrastructure<'postgres'>, 'urls' | 'choices'>;

/**
 * The storage of one name on these servers, created if it is missing. Database, virtual host, MongoDB database and AMQP
 * prefix are all called `name`. Without the right to create a virtual host, the one in the broker's URL is used, and
 * the prefix keeps installations apart.
 *
 * @throws RangeError for a name that is not 1 to 41 of `a-z0-9_`, starting with a letter
 */
export async function provisionStorage(servers: Servers, name: string): Promise<Storage> {
  assertStorageName(name);
  const broker = brokerOf(servers);
  const [, amqpUrl] = await Promise.all([
    createDatabase(servers.urls.postgres, name),
    broker && vhostUrl(broker, name),
  ]);
  return storageOf(servers, name, amqpUrl);
}

/** The storage of one name, if its database exists. Creates nothing. */
export async function findStorage(servers: Servers, name: string): Promise<Storage | undefined> {
  assertStorageName(name);
  const { rowCount } = await withPostgres(servers.urls.postgres, (client) =>
    client.query('SELECT FROM pg_database WHERE datname = $1', [name]),
  );
  if (rowCount === 0) {
    return undefined;
  }
  const broker = brokerOf(servers);
  return storageOf(servers, name, broker && ((await findVhost(broker, name)) ?? broker.url));
}

/** Drops the storage of one name with all its data, and nothing else. Ends the sessions that use it. */
export async function dropStorage(servers: Servers, name: string): Promise<void> {
  assertStorageName(name);
  const { postgres, mongodb } = servers.urls;
  const broker = brokerOf(servers);
  await Promise.all([
    dropDatabase(postgres, name),
    broker && clearBroker(broker, name),
    mongodb && dropMongoDatabase(mongodb, name),
  ]);
}

/** Empties one service's part of the storage of one name. It is there afterwards, even if it was not before. */
export async function emptyStorage(
  { urls, choices }: Pick<Infrastructure<BackingService>, 'urls' | 'choices'>,
  service: BackingService,
  name: string,
): Promise<void> {
  assertStorageName(name);
  const emptiers: Readonly<Record<BackingService, () => Promise<void>>> = {
    async postgres() {
      await dropDatabase(urls.postgres, name);
      await createDatabase(urls.postgres, name);
    },
    async rabbitmq() {
      const broker = brokerOf({ urls, choices })!;
      await clearBroker(broker, name);
      await vhostUrl(broker, name);
    },
    mongodb: () => dropMongoDatabase(urls.mongodb, name),
  };
  await emptiers[service]();
}

function storageOf({ urls }: Servers, name: string, amqpUrl: string | undefined): Storage {
  return {
    databaseUrl: postgresUrlFor(urls.postgres, name),
    ...(amqpUrl !== undefined && { amqpUrl }),
    amqpPrefix: name,
    ...(urls.mongodb !== undefined && { mongodbUrl: mongodbUrlFor(urls.mongodb, name) }),
  };
}

function brokerOf({ urls, choices }: Servers): Broker | undefined {
  const choice = choices.find(({ service }) => service === 'rabbitmq');
  return urls.rabbitmq === undefined ? undefined : { url: urls.rabbitmq, rabbitmqctl: choice?.rabbitmqctl };
}

async function vhostUrl(broker: Broker, name: string): Promise<string> {
  return (await findVhost(broker, name)) ?? (await createVhost(broker, name)) ?? broker.url;
}

async function clearBroker(broker: Broker, name: string): Promise<void> {
  const own = await findVhost(broker, name);
  if (own === undefined) {
    await deletePrefix(broker.url, name);
  } else if (!(await deleteVhost(broker, name))) {
    await deletePrefix(own, name);
  }
}

async function createDatabase(serverUrl: string, name: string): Promise<void> {
  await withPostgres(serverUrl, async (client) => {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      await client
        .query(`CREATE DATABASE ${client.escapeIdentifier(name)}`)
        .catch((cause: { code?: string }) => {
          // Another checkout was faster.
          if (cause.code !== duplicateDatabase && cause.code !== uniqueViolation) {
            throw cause;
          }
        });
    }
  });
}
