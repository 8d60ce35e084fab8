import {
  createInstallation,
  createTestDatabase,
  createTestStorage,
  issueToken,
  newAuthKey,
  type TestStorage,
} from '@tidemark/test-servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poolSize, withAdmin } from '../append/contender';
import type { Benchmark, BenchmarkOptions, Result } from '../harness/benchmark';
import { buildServices } from '../harness/build-services';
import { WriteLedger } from '../harness/write-ledger';
import { JsonClient } from '../http/json-client';
import { placeOrder, post, stockShop } from '../http/shop';
import { booksOf, landedSql, timesSql, type FulfilmentTimes } from './books';
import { CreatedShipments } from './created-shipments';
import { resultOf } from './result-of';

const inFlight = 200;
const rounds = 5;
/** Chosen so that a round lasts about `--seconds` if the goal is reached. */
const perRoundSecond = 80;
const lines = 2;
const connections = 32;
/** The benchmark does not wait for a shipment that takes longer. The audit counts it as lost. */
const patienceMs = 60_000;

interface RunningShop {
  readonly client: JsonClient;
  readonly shipments: CreatedShipments;
  readonly databaseUrl: string;
}

/** Pays orders and waits until the built services have created their shipments. */
export const fulfilment: Benchmark = async (options): Promise<Result> => {
  await buildServices(options.progress);
  return withShop(options, (shop) => measure(shop, options));
};

async function measure(shop: RunningShop, { seconds, signal, progress }: BenchmarkOptions): Promise<Result> {
  const perRound = Math.ceil(perRoundSecond * seconds);
  // One more round to warm up, and one at the end, in which fewer and fewer orders are in progress.
  const orders = perRound * (rounds + 1) + inFlight + 1;
  progress(`placing ${orders} orders`);
  await stockShop(shop.client);
  const orderIds: string[] = [];
  await inParallel(connections, signal, async () => {
    const isWanted = orderIds.length < orders;
    return isWanted && orderIds.push(await placeOrder(shop.client, lines)) > 0;
  });
  progress(`paying for them, ${inFlight} at a time`);
  signal.addEventListener('abort', () => shop.shipments.giveUp(), { once: true });
  const ledger = new WriteLedger();
  const unpaid = [...orderIds];
  await inParallel(inFlight, signal, async () => {
    const orderId = unpaid.pop();
    if (orderId === undefined) {
      return false;
    }
    await post(shop.client, `/v1/orders/${orderId}/payment`, { method: { type: 'card', token: 'tok_ok' } });
    booksOf(orderId, lines).forEach((count, id) => ledger.acknowledge(id, count));
    await shop.shipments.of(orderId, patienceMs);
    return true;
  });
  return report(shop, ledger, perRound);
}

async function report({ databaseUrl }: RunningShop, ledger: WriteLedger, perRound: number): Promise<Result> {
  const { landed, times } = await withAdmin(databaseUrl, async (admin) => ({
    landed: (await admin.query<{ id: string; events: number }>(landedSql)).rows,
    times: (await admin.query<FulfilmentTimes>(timesSql)).rows,
  }));
  const audit = ledger.audit(new Map(landed.map(({ id, events }) => [id, events])));
  // The first shipment only marks the start of the rounds that count.
  return resultOf(times.slice(perRound, perRound * (rounds + 1) + 1), perRound, audit);
}

/** Runs the given number of workers until each one has no more work, or until one fails. */
async function inParallel(workers: number, signal: AbortSignal, work: () => Promise<boolean>): Promise<void> {
  let hasFailed = false;
  const worker = async () => {
    while (!hasFailed && !signal.aborted && (await work()));
  };
  const ends = await Promise.allSettled(
    Array.from({ length: workers }, () =>
      worker().catch((error: unknown) => {
        hasFailed = true;
        throw error;
      }),
    ),
  );
  signal.throwIfAborted();
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) {
    throw failure.reason;
  }
}

/** The two services that fulfil orders, as they are deployed. The other services would compete for the processors. */
async function withShop<Outcome>(
  { onPostgres }: Pick<BenchmarkOptions, 'onPostgres'>,
  use: (shop: RunningShop) => Promise<Outcome>,
): Promise<Outcome> {
  const storage = onPostgres ? await postgresAlone() : await createTestStorage('rabbitmq');
  const logDirectory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const authKey = newAuthKey();
  const environment = { DATABASE_POOL_SIZE: String(poolSize), LOG_LEVEL: 'warn' };
  const installation = await createInstallation({
    services: ['command-service', 'process-manager'],
    storage,
    ports: 'free',
    logDirectory,
    authKey,
    environment: { 'command-service': environment, 'process-manager': environment },
  });
  try {
    await installation.start();
    const token = await issueToken(authKey, { role: 'service' });
    const headers = { authorization: `Bearer ${token}` };
    const client = new JsonClient(installation.urls['command-service'], connections, headers);
    return await withShipments(storage, (shipments) =>
      use({ client, shipments, databaseUrl: storage.databaseUrl }),
    ).finally(() => client.close());
  } finally {
    await installation.stop();
    await storage.drop();
    await rm(logDirectory, { recursive: true });
  }
}

/** Events and commands travel through the database. Neither service has a read store. */
async function postgresAlone(): Promise<TestStorage> {
  const { url, drop } = await createTestDatabase();
  return { databaseUrl: url, amqpPrefix: 'bench', drop };
}

async function withShipments<Outcome>(
  { databaseUrl, amqpUrl, amqpPrefix }: TestStorage,
  use: (shipments: CreatedShipments) => Promise<Outcome>,
): Promise<Outcome> {
  const shipments =
    amqpUrl === undefined
      ? await CreatedShipments.follow(databaseUrl)
      : await CreatedShipments.listen(amqpUrl, amqpPrefix);
  try {
    return await use(shipments);
  } finally {
    await shipments.close();
  }
}
