import { withMongodb } from '../connections/mongodb';
import { withPostgres } from '../connections/postgres';
import { withRabbitmq } from '../connections/rabbitmq';
import { serviceLogins } from '../installation/service-logins';
import { createTestDatabase } from './create-test-database';
import { createTestMongo } from './create-test-mongo';
import { createTestVhost } from './create-test-vhost';
import { testRun } from './test-run';

describe('createTestDatabase', () => {
  it('gives each caller a separate, empty database', async () => {
    const databases = await Promise.all([createTestDatabase(), createTestDatabase()]);
    const [first, second] = databases;
    await withPostgres(first.url, (client) => client.query('CREATE TABLE kept (id int)'));
    const tables = await withPostgres(second.url, (client) =>
      client.query(`SELECT tablename FROM pg_tables WHERE schemaname = 'public'`),
    );
    expect(tables.rows).toEqual([]);
    await Promise.all(databases.map((database) => database.drop()));
  });

  it('creates a database that can be dropped with its logins while sessions are open, and dropped again', async () => {
    const database = await createTestDatabase();
    const name = new URL(database.url).pathname.slice(1);
    const login = serviceLogins(database.url)['query-service'].name;
    await withPostgres(database.url, async (client) => {
      await client.query(`CREATE ROLE ${client.escapeIdentifier(login)} LOGIN`);
      await database.drop();
      await expect(client.query('SELECT 1')).rejects.toThrow();
    });
    await database.drop();
    const left = await withPostgres(testRun().urls.postgres, (client) =>
      client.query(
        'SELECT datname FROM pg_database WHERE datname = $1 UNION ALL SELECT rolname FROM pg_roles WHERE rolname = $2',
        [name, login],
      ),
    );
    expect(left.rows).toEqual([]);
  });
});

describe('createTestVhost', () => {
  it('deletes the queues and exchanges of its prefix, and no other', async () => {
    const [mine, other] = await Promise.all([createTestVhost(), createTestVhost()]);
    const queueOf = (prefix: string) => `${prefix}.events.projections.0`;
    await withRabbitmq(mine.url, async (connection) => {
      const channel = await connection.createChannel();
      for (const { prefix } of [mine, other]) {
        await channel.assertExchange(`${prefix}.events`, 'topic');
        await channel.assertQueue(queueOf(prefix), { arguments: { 'x-queue-type': 'quorum' } });
      }
    });
    await mine.drop();
    await mine.drop();

    await expect(messageCount(mine.url, queueOf(mine.prefix))).rejects.toThrow(/NOT_FOUND/);
    await expect(messageCount(other.url, queueOf(other.prefix))).resolves.toBe(0);
    await other.drop();
  });
});

describe('createTestMongo', () => {
  it('gives a separate database, and drops it', async () => {
    const mongo = await createTestMongo();
    await withMongodb(mongo.url, async (client) => {
      await client.db().collection('orders').insertOne({ orderNumber: 1 });
      expect(client.db().databaseName).toBe(mongo.databaseName);
    });
    await mongo.drop();
    await mongo.drop();
    const names = await withMongodb(mongo.url, async (client) =>
      (await client.db('admin').admin().listDatabases()).databases.map(({ name }) => name),
    );
    expect(names).not.toContain(mongo.databaseName);
  });
});

async function messageCount(url: string, queue: string): Promise<number> {
  return withRabbitmq(url, async (connection) => {
    const channel = await connection.createChannel();
    channel.on('error', () => {});
    return (await channel.checkQueue(queue)).messageCount;
  });
}
