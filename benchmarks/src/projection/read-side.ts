import {
  createInstallation,
  createTestStorage,
  eventually,
  issueToken,
  newAuthKey,
} from '@tidemark/test-servers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withAdmin } from '../append/contender';
import type { BenchmarkOptions } from '../harness/benchmark';
import { JsonClient } from '../http/json-client';
import { stockShop } from '../http/shop';
import { eventsPerOrder, orderTraffic } from './order-traffic';
import { storeLog } from './store-log';
import { partitions } from './traffic';

export const connections = 64;
const ordersPerPartition = 695;

/** Events in the log before the measurement: a few more than 100,000. */
export const storedEvents = ordersPerPartition * partitions * eventsPerOrder;

/** The services as they are deployed, with a log full of delivered orders. */
export interface ReadSide {
  /** With all rights. */
  readonly readStoreUrl: string;
  readonly orderIds: readonly string[];
  readonly commands: JsonClient;
  readonly queries: JsonClient;
  /** Clients of the services' admin ports. */
  readonly commandOperations: JsonClient;
  readonly projectionOperations: JsonClient;
}

export async function withReadSide<Result>(
  { progress, onPostgres }: Pick<BenchmarkOptions, 'progress' | 'onPostgres'>,
  work: (readSide: ReadSide) => Promise<Result>,
): Promise<Result> {
  const created = await createTestStorage();
  const storage = onPostgres ? { ...created, mongodbUrl: undefined } : created;
  const logDirectory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const authKey = newAuthKey();
  const services = ['command-service', 'projection-service', 'query-service'] as const;
  const quiet = { LOG_LEVEL: 'warn' };
  const installation = await createInstallation({
    services,
    storage,
    ports: 'free',
    logDirectory,
    authKey,
    environment: { 'command-service': quiet, 'projection-service': quiet, 'query-service': quiet },
  });
  const clients: JsonClient[] = [];
  try {
    await installation.start();
    const { urls, adminUrls } = installation;
    const token = await issueToken(authKey, { role: 'admin' });
    const clientOf = (url: string) => {
      const headers = { authorization: `Bearer ${token}` };
      clients.push(new JsonClient(url, connections, headers));
      return clients.at(-1)!;
    };
    const readSide: ReadSide = {
      readStoreUrl: storage.mongodbUrl ?? storage.databaseUrl,
      orderIds: await fill(storage.databaseUrl),
      commands: clientOf(urls['command-service']),
      queries: clientOf(urls['query-service']),
      commandOperations: clientOf(adminUrls['command-service']),
      projectionOperations: clientOf(adminUrls['projection-service']),
    };
    progress(`${storedEvents.toLocaleString('en')} events are stored and go into the read models`);
    await stockShop(readSide.commands);
    await caughtUp(readSide);
    return await work(readSide);
  } finally {
    clients.forEach((client) => client.close());
    await installation.stop();
    await storage.drop();
    await rm(logDirectory, { recursive: true });
  }
}

/** @returns the ids of all orders */
async function fill(databaseUrl: string): Promise<readonly string[]> {
  const orderIds: string[] = [];
  await withAdmin(databaseUrl, async (admin) => {
    for (let partition = 0; partition < partitions; partition += 1) {
      const events = orderTraffic({ partition, partitions, afterPosition: 0 }, ordersPerPartition);
      await storeLog(admin, events);
      events
        .filter(({ type }) => type === 'OrderCreated')
        .forEach(({ data }) => orderIds.push((data as { orderId: string }).orderId));
    }
  });
  return orderIds;
}

/** Waits until the read models have reached the end of the log and nothing is left to publish. */
async function caughtUp({ commandOperations, projectionOperations }: ReadSide): Promise<void> {
  const atRest = async () => {
    const [relay, models] = await Promise.all([
      commandOperations.get('/admin/relay'),
      projectionOperations.get('/admin/projections'),
    ]);
    const backlogs = (relay.body as { items: { backlog: number }[] }).items.map(({ backlog }) => backlog);
    const listed = models.body as { items: { partitions: { lag: number }[] }[] };
    const lags = listed.items.flatMap((model) => model.partitions.map(({ lag }) => lag));
    return lags.length > 0 && [...backlogs, ...lags].every((behind) => behind === 0);
  };
  await eventually(atRest, { withinMs: 300_000, everyMs: 200 });
}
