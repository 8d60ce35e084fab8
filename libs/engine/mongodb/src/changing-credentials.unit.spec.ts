import { eventually } from '@tidemark/test-servers';
import { MongoClient } from 'mongodb';
import { ChangingCredentials } from './changing-credentials';
import { startPlainServer, type PlainServer } from './plain-server.fixture';

let server: PlainServer;
beforeEach(async () => {
  server = await startPlainServer();
});
afterEach(() => server.close());

const urlOf = (user: string) =>
  `mongodb://${user}:of-${user}@127.0.0.1:${server.port}/db?authMechanism=PLAIN&directConnection=true`;

/** Runs `work` with a client of the credentials, and a way to change its user. */
async function withClient(work: (client: MongoClient, become: (user: string) => void) => Promise<void>) {
  let url = urlOf('one');
  const credentials = new ChangingCredentials(() => url);
  const client = new MongoClient(url, { ...credentials.clientOptions, maxPoolSize: 1 });
  try {
    await work(client, (user) => {
      url = urlOf(user);
      credentials.retireConnections();
    });
  } finally {
    await client.close();
  }
}

describe('a client whose user and password change', () => {
  it('logs in as the new user with its next command, and leaves the old connection', async () => {
    await withClient(async (client, become) => {
      await client.db().command({ ping: 1 });
      await client.db().command({ ping: 1 });
      expect(server.logins).toEqual(['one:of-one']);

      become('two');
      await client.db().command({ ping: 1 });
      await client.db().command({ ping: 1 });

      expect(server.logins).toEqual(['one:of-one', 'two:of-two']);
      await eventually(() => expect(server.openLogins()).toEqual(['two:of-two']));
    });
  });

  it('lets a command under way finish on the connection that it has', async () => {
    await withClient(async (client, become) => {
      const held = server.holdNext('ping');
      const slow = client.db().command({ ping: 1 });
      await held.received;

      become('two');
      const next = client.db().command({ ping: 1 });
      held.release();

      expect(await Promise.all([slow, next])).toMatchObject([{ ok: 1 }, { ok: 1 }]);
      expect(server.logins).toEqual(['one:of-one', 'two:of-two']);
    });
  });
});
