import {
  createInstallation,
  createTestDatabase,
  createTestStorage,
  freePort,
  issueToken,
  newAuthKey,
} from '@tidemark/test-servers';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { poolSize, withAdmin } from '../append/contender';
import type { Benchmark, BenchmarkOptions, Result } from '../harness/benchmark';
import { buildServices } from '../harness/build-services';
import { forkWorker } from '../harness/fork-worker';
import { measure } from '../harness/measure';
import { rowOf } from '../harness/row-of';
import { WriteLedger } from '../harness/write-ledger';
import { JsonClient } from './json-client';
import { placeOrder, stockShop } from './shop';

const connections = 64;
const rounds = 5;

interface HttpContender {
  readonly name: string;
  readonly client: JsonClient;
  /** SQL that reads the `id` of every stored order, and the number of its `events` as an integer. */
  readonly landedSql: string;
  readonly databaseUrl: string;
}

type Use<Result> = (contender: HttpContender) => Promise<Result>;

/** `POST /v1/orders` of the command service against a route that inserts a row. */
export const http: Benchmark = async (options): Promise<Result> => {
  await buildServices(options.progress);
  return withCommandService((tidemark) => withBareService((bare) => compare([tidemark, bare], options)));
};

async function compare(
  contenders: readonly HttpContender[],
  { seconds, signal }: BenchmarkOptions,
): Promise<Result> {
  await stockShop(contenders[0]!.client);
  const ledgers = contenders.map(() => new WriteLedger());
  const measurements = await measure(
    contenders.map(({ name, client }, index) => ({
      name,
      operate: async () => ledgers[index]!.acknowledge(await placeOrder(client), 1),
    })),
    { concurrency: connections, seconds, rounds, signal },
  );
  const rows = [];
  for (const [index, { name, databaseUrl, landedSql }] of contenders.entries()) {
    const landed = await withAdmin(databaseUrl, (admin) =>
      admin.query<{ id: string; events: number }>(landedSql),
    );
    const audit = ledgers[index]!.audit(new Map(landed.rows.map(({ id, events }) => [id, events])));
    rows.push(rowOf('post-order', name, measurements[index]!, audit));
  }
  const [tidemark, bare] = rows;
  const ratio = tidemark!.rate! / bare!.rate!;
  return {
    rows,
    figures: { p50Ms: tidemark!.p50Ms, p99Ms: tidemark!.p99Ms },
    ratios: Number.isFinite(ratio) ? { 'post-order/bare-insert': ratio } : {},
  };
}

/**
 * The service as it is deployed, with its relay running. It runs alone, because the other services would compete for
 * the processors.
 */
async function withCommandService<Outcome>(use: Use<Outcome>): Promise<Outcome> {
  const storage = await createTestStorage();
  const logDirectory = await mkdtemp(join(tmpdir(), 'tidemark-bench-'));
  const authKey = newAuthKey();
  const installation = await createInstallation({
    services: ['command-service'],
    storage,
    ports: 'free',
    logDirectory,
    authKey,
    environment: { 'command-service': { DATABASE_POOL_SIZE: String(poolSize), LOG_LEVEL: 'warn' } },
  });
  try {
    await installation.start();
    const token = await issueToken(authKey, { role: 'service' });
    const client = new JsonClient(installation.urls['command-service'], connections, {
      authorization: `Bearer ${token}`,
    });
    const landedSql = `
      SELECT substr(stream_id, 7) AS id, count(*)::integer AS events FROM event_store.events
      WHERE stream_type = 'Order' GROUP BY stream_id`;
    return await use({ name: 'tidemark', client, landedSql, databaseUrl: storage.databaseUrl }).finally(() =>
      client.close(),
    );
  } finally {
    await installation.stop();
    await storage.drop();
    await rm(logDirectory, { recursive: true });
  }
}

async function withBareService<Outcome>(use: Use<Outcome>): Promise<Outcome> {
  const database = await createTestDatabase();
  const port = await freePort();
  const worker = forkWorker(join(__dirname, 'bare-service.ts'), { databaseUrl: database.url, port });
  try {
    await once(worker.child, 'message');
    const client = new JsonClient(`http://127.0.0.1:${port}`, connections);
    const landedSql = 'SELECT id, 1 AS events FROM orders';
    return await use({ name: 'bare-insert', client, landedSql, databaseUrl: database.url }).finally(() =>
      client.close(),
    );
  } finally {
    await worker.stop();
    await database.drop();
  }
}
