import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { createTestDatabase, eventually, type TestDatabase } from '@tidemark/test-servers';
import { StoreUnavailableError } from './errors';
import { openClient } from './open-client';
import { createPool } from './pool';
import { isUnavailable } from './sql-state';
import { inTransaction } from './transaction';

describe('interrupted work on Postgres', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('fails only its own transaction if its connection ends between two statements', async () => {
    const pool = createPool({ url: database.url, applicationName: 'test', maxConnections: 1 });
    const admin = createPool({ url: database.url, applicationName: 'test-admin' });
    const failure: unknown = await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
      const ended = new Promise((resolve) => client.once('end', resolve));
      await admin.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
      await ended;
      await client.query('SELECT 1');
    }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(StoreUnavailableError);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await Promise.all([pool.end(), admin.end()]);
  });

  it('fails if its new connection ends, and other work does not', async () => {
    const link = await linkTo(database.url);
    link.deliverAtTheEnd();
    const pool = createPool({ url: link.url, applicationName: 'short-lived' });
    const admin = createPool({ url: database.url, applicationName: 'test-admin' });
    const failures = Promise.all(
      [
        inTransaction(pool, (client) => client.query('SELECT 1')),
        pool.query('SELECT 1'),
        openClient(link.url, 'short-lived').then((client) => client.query('SELECT 1')),
      ].map((work) => work.catch((error: unknown) => error)),
    );
    const begun = `FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'short-lived' AND state = 'idle'`;
    await eventually(async () => {
      expect((await admin.query(`SELECT ${begun}`)).rowCount).toBe(3);
    });
    await admin.query(`SELECT pg_terminate_backend(pid) ${begun}`);

    const [inOne, queried, ofClient] = await failures;
    expect([inOne, queried]).toEqual([expect.any(StoreUnavailableError), expect.any(StoreUnavailableError)]);
    expect([isUnavailable(ofClient), isUnavailable(queried)]).toEqual([true, true]);
    await Promise.all([pool.end(), admin.end(), link.close()]);
  });

  it('loses its locks if its client is silent for too long, and fails with a retryable fault', async () => {
    const pool = createPool({ url: database.url, applicationName: 'test', idleInTransactionMs: 50 });
    const failure: unknown = await inTransaction(pool, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock(7)');
      // Another client gets the lock although this client does nothing.
      await pool.query('SELECT pg_advisory_xact_lock(7)');
      await client.query('SELECT 1');
    }).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(StoreUnavailableError);
    await pool.end();
  });

  it('fails with a retryable fault if it takes too long', async () => {
    const pool = createPool({ url: database.url, applicationName: 'test', statementTimeoutMs: 50 });
    const failure: unknown = await pool.query('SELECT pg_sleep(10)').catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(StoreUnavailableError);
    await pool.end();
  });

  it('fails after a time limit if it gets no answer, and its connection is replaced', async () => {
    const link = await linkTo(database.url);
    const pool = createPool({
      url: link.url,
      applicationName: 'test',
      maxConnections: 1,
      answerTimeoutMs: 300,
    });
    await pool.query('SELECT 1');
    link.fallSilent();
    const failures = [
      await pool.query('SELECT 1').catch((error: unknown) => error),
      await inTransaction(pool, (client) => client.query('SELECT 1')).catch((error: unknown) => error),
    ];
    link.speak();

    expect(failures).toEqual([expect.any(StoreUnavailableError), expect.any(StoreUnavailableError)]);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
    await link.close();
  });
});

interface Link {
  readonly url: string;
  /** From now on, nothing arrives, as if the host were gone. */
  fallSilent(): void;
  /** Lets data through again on connections that are made from now on. */
  speak(): void;
  /**
   * Holds back what the server sends after the log-in until the server has hung up, then delivers all of it at once.
   */
  deliverAtTheEnd(): void;
  close(): Promise<void>;
}

/** The message with which the server accepts the client. Before it, a password may need several messages. */
const authenticationOk = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0]);

/** A link to the server on which the test can cause what a network or a busy process may cause. */
async function linkTo(serverUrl: string): Promise<Link> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let isSilent = false;
  let isHeldBack = false;
  const server = createServer((client) => {
    const upstream = connect(Number(target.port || 5432), target.hostname);
    const [bornSilent, holdsBack] = [isSilent, isHeldBack];
    const held: Buffer[] = [];
    const mustHold = (bytes: Buffer) => holdsBack && (held.length > 0 || bytes.includes(authenticationOk));
    const pass = (to: Socket, bytes: Buffer) => isSilent || bornSilent || to.write(bytes);
    [client, upstream].forEach((socket) => sockets.add(socket.on('error', () => undefined)));
    client.on('data', (bytes) => pass(upstream, bytes));
    client.on('close', () => upstream.destroy());
    upstream.on('data', (bytes) => (mustHold(bytes) ? held.push(bytes) : pass(client, bytes)));
    upstream.on('close', () => client.end(Buffer.concat(held)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = new URL(serverUrl);
  url.hostname = '127.0.0.1';
  url.port = String((server.address() as AddressInfo).port);
  return {
    url: url.toString(),
    fallSilent: () => {
      isSilent = true;
    },
    speak: () => {
      isSilent = false;
    },
    deliverAtTheEnd: () => {
      isHeldBack = true;
    },
    close: async () => {
      sockets.forEach((socket) => socket.destroy());
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
