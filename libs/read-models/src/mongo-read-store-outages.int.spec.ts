import {
  createTcpProxy,
  createTestMongo,
  eventually,
  type TcpProxy,
  type TestMongo,
} from '@tidemark/test-servers';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { connectMongoReadStore, isReadStoreUnavailable, type MongoReadStore } from '@tidemark/projections';
import type { ReadStoreOptions } from './read-store';

/** The shortest time between two checks of the driver's monitor. */
const MIN_HEARTBEAT_MS = 500;

let database: TestMongo;
let proxy: TcpProxy;
let store: MongoReadStore;
let sockets: Socket[];

const noteSocket = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);

const connect = (options: Partial<ReadStoreOptions> = {}) =>
  connectMongoReadStore(proxy.url, { applicationName: 'read-models.int', ...options });

beforeAll(async () => {
  database = await createTestMongo();
});
afterAll(() => database.drop());
beforeEach(async () => {
  sockets = [];
  subscribe('net.client.socket', noteSocket);
  proxy = await createTcpProxy(database.url);
  store = await connect();
});
afterEach(async () => {
  unsubscribe('net.client.socket', noteSocket);
  proxy.heal();
  await store.close();
  await proxy.close();
});

/** The driver's ends of its open connections: first the monitor's, then those of the pool. */
function ends(): readonly Socket[] {
  const { port } = new URL(proxy.url);
  return sockets.filter(({ remotePort }) => remotePort === Number(port));
}

/** Node decides in which order the `close` events come, so the test tries both orders. */
const cuts: readonly (readonly [string, () => void])[] = [
  ['the monitor first', () => ends().forEach((socket) => socket.destroy())],
  ['the monitor last', () => [...ends()].reverse().forEach((socket) => socket.destroy())],
  ['from afar', () => proxy.cut()],
];

it.each(cuts)(
  'retries a read when all connections are cut at once (%s)',
  async (_, cut) => {
    const lookedAt = performance.now();
    await eventually(() => performance.now() > lookedAt + MIN_HEARTBEAT_MS);
    proxy.hang();
    const answer = store.db.collection('any').findOne({});
    await eventually(() => proxy.keptBack > 0);
    expect(ends().length).toBe(2);

    cut();
    proxy.heal();

    expect(await answer).toBeNull();
    expect(await store.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
  },
  20_000,
);

it('ends a write whose connection is cut during the write', async () => {
  const name = 'x'.repeat(15_000_000);
  // The documents are larger than the network buffers.
  const write = store.db.collection('any').insertMany([{ name }, { name }, { name }]);
  const outcome = write.catch((error: unknown) => error);
  await eventually(() => ends().some((socket) => socket.writableNeedDrain), { everyMs: 1 });

  ends().forEach((socket) => socket.destroy());

  const ended = await outcome;
  // The driver retries a write on a server that supports retries.
  expect(isReadStoreUnavailable(ended) || (ended as { acknowledged: boolean }).acknowledged).toBe(true);
  expect(await store.db.command({ ping: 1 })).toMatchObject({ ok: 1 });
}, 20_000);

describe('a host that disappears without closing its connections', () => {
  /** These times are shorter than the defaults of 5 s, so that the test waits less. */
  const impatience = { heartbeatMs: 500, serverSelectionTimeoutMs: 500 };

  /** Three commands, each on its own connection. One connection is still being opened. */
  const somethingUnderWay = () =>
    Promise.all(
      [
        store.db.collection('any').findOne({}),
        store.db.collection('any').insertOne({ name: 'x' }),
        store.db.command({ ping: 1 }),
      ].map((work) => work.then(() => true, isReadStoreUnavailable)),
    );

  beforeEach(async () => {
    await store.close();
    // A busy machine may need longer than that to accept the connection.
    store = await eventually(() => connect(impatience));
  });

  it('fails the commands under way, and is reached again after its return', async () => {
    proxy.fallSilent();
    const outcomes = somethingUnderWay();
    proxy.heal();
    expect(await outcomes).toEqual([true, true, true]);
    await eventually(() => store.db.command({ ping: 1 }));
  });

  it('does not delay a connection that was being opened at its return', async () => {
    proxy.fallSilent();
    const before = sockets.length;
    const outcomes = somethingUnderWay();
    // The monitor has closed its connection and is opening another.
    await eventually(() => sockets.length > before + 2);
    proxy.heal();
    expect(await outcomes).toEqual([true, true, true]);
    await eventually(() => store.db.command({ ping: 1 }));
  });
});
