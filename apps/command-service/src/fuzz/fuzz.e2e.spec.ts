import { randomInt, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool } from '@tidemark/postgres';
import {
  checkoutRoot,
  createInstallation,
  createTestStorage,
  newAuthKey,
  type Installation,
  type TestStorage,
} from '@tidemark/test-servers';
import fc from 'fast-check';
import { CostlyRequests } from './costly-requests.fixture';
import { mutantsOf } from './learned-requests.fixture';
import { memoryOf, memoryReport, type Memory } from './service-metrics.fixture';
import { prepareShop } from './prepare-shop.fixture';
import { FuzzSender } from './send-request.fixture';
import { storedNonsense } from './stored-nonsense.fixture';
import { address } from '../testing/shop.fixture';
import { writeRequests, type FuzzRequest, type OpenApiDocument } from './write-requests.fixture';

/** A small run for every day; `npm run fuzz` sends more requests. */
const requests = Number(process.env.TIDEMARK_FUZZ_REQUESTS ?? 600);
const seed = Number(process.env.TIDEMARK_FUZZ_SEED ?? randomInt(2 ** 31));
const reportFile = process.env.TIDEMARK_FUZZ_REPORT;

const connections = 16;
const batchSize = 500;
/** A request without an answer after this time counts as hanging, even on a busy machine. */
const answerWithinMs = 60_000;
/** The memory limit of the pod in `k8s/base/command-service.yaml`. */
const memoryLimitBytes = 512 * 1_048_576;
/** Growth can only be distinguished from ordinary changes of memory in a run with many garbage collections. */
const longRun = 25_000;
const maxGrowthBytes = 64 * 1_048_576;
/** A limit for a run that hangs. A batch and its measurements take seconds, or longer on a busy machine. */
const timeoutMs = 300_000 + (requests / batchSize) * 60_000;
/** How many of the slowest requests of each batch are measured separately. */
const nominated = 5;
/** The highest allowed cost of a request, in ordinary orders of the service's processor time. */
const maxRatio = 3;

let storage: TestStorage;
let logDirectory: string;
let installation: Installation<'command-service'>;

beforeAll(async () => {
  storage = await createTestStorage();
  logDirectory = await mkdtemp(join(tmpdir(), 'tidemark-fuzz-'));
  installation = await createInstallation({
    storage,
    services: ['command-service'],
    ports: 'free',
    logDirectory,
    authKey: newAuthKey(),
    ledgerDirectory: join(checkoutRoot, '.tidemark/processes/tests'),
    environment: {
      'command-service': {
        RATE_LIMIT_PER_SECOND: '0',
        REFUSAL_LIMIT_PER_SECOND: '0',
        LOG_LEVEL: 'error',
        // A slow database, as on a busy machine, is not a finding.
        DATABASE_ACQUIRE_TIMEOUT_MS: '30000',
        DATABASE_STATEMENT_TIMEOUT_MS: '30000',
      },
    },
  });
  await installation.start();
});
afterAll(async () => {
  await installation?.stop();
  await storage?.drop();
  await rm(logDirectory, { recursive: true });
});

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`);

test(
  `${requests} generated requests with seed ${seed}: no 5xx, no hang, no nonsense in the log, flat memory, no request too costly`,
  async () => {
    const url = new URL(installation.urls['command-service']);
    const adminUrl = new URL(installation.adminUrls['command-service']);
    const bearer = async (claims: Parameters<typeof installation.token>[0]) =>
      `Bearer ${await installation.token(claims)}`;
    const [service, operator, customer] = await Promise.all([
      bearer({ role: 'service' }),
      bearer({ role: 'operator' }),
      bearer({ role: 'customer', customer: 'C0' }),
    ]);
    const document = (await (await fetch(new URL('/openapi.json', url))).json()) as OpenApiDocument;
    const known = {
      customerId: names('C', 6),
      productId: names('P', 12),
      currency: ['EUR', 'EUR', 'EUR', 'USD'],
      country: ['DE', 'GB'],
      orderId: fc.sample(fc.uuid(), { seed, numRuns: Math.max(60, Math.floor(requests / 20)) }),
    };
    const generated = writeRequests({
      document,
      known,
      authorizations: [
        ...Array<string>(16).fill(service),
        operator,
        operator,
        customer,
        customer,
        'Bearer x.y.z',
        '',
      ],
    });

    const sender = new FuzzSender(url, connections, answerWithinMs);
    const answers: Record<string, number> = {};
    const findings: string[] = [];
    const samples: Memory[] = [];
    const durations = new Map<FuzzRequest, number>();
    let slowestMs = 0;
    const send = async (request: FuzzRequest): Promise<void> => {
      const startedAt = performance.now();
      try {
        const { status, body } = await sender.send(request);
        answers[status] = (answers[status] ?? 0) + 1;
        if (status >= 500 || (status >= 400 && !/"code":"\w+"/.test(body))) {
          findings.push(`${status} ${body.slice(0, 300)} to ${storyOf(request)}`);
        }
      } catch (error) {
        findings.push(`${(error as Error).message}: ${storyOf(request)}`);
      }
      const durationMs = performance.now() - startedAt;
      slowestMs = Math.max(slowestMs, durationMs);
      durations.set(request, durationMs);
    };

    await prepareShop(url, service, known);
    const ordinaryOrder = ordinaryOrderOf(customer, known);
    const costly = new CostlyRequests(adminUrl, sender, ordinaryOrder);
    await costly.learn([ordinaryOrder]);
    const startedAt = performance.now();
    for (let sent = 0; sent < requests; sent += batchSize) {
      // A third of each batch are variations of the costliest requests so far.
      const source = fc.oneof(
        { weight: 2, arbitrary: generated },
        { weight: 1, arbitrary: mutantsOf(costly.requests) },
      );
      const batch = fc
        .sample(source, { seed: seed + sent, numRuns: Math.min(batchSize, requests - sent) })
        .values();
      await Promise.all(
        Array.from({ length: connections }, async () => {
          for (const request of batch) {
            await send(request);
          }
        }),
      );
      samples.push(await memoryOf(adminUrl));
      const slowest = [...durations].sort(([, a], [, b]) => b - a).slice(0, nominated);
      await costly.learn(slowest.map(([request]) => request));
      durations.clear();
    }
    const seconds = (performance.now() - startedAt) / 1_000;
    const [confirmCount, confirmRounds] = requests < longRun ? [3, 3] : [10, 9];
    const costliest = await costly.confirmed(confirmCount, confirmRounds);
    sender.close();

    const pool = createPool({ url: storage.databaseUrl, applicationName: 'fuzz' });
    const log = await storedNonsense(pool);
    await pool.end();
    const report = {
      requests,
      seed,
      seconds,
      answers,
      slowestMs,
      events: log.events,
      memory: memoryReport(samples),
      costliest: costliest.map(({ request, ratio }) => ({ ratio, request: storyOf(request).slice(0, 300) })),
    };
    if (reportFile !== undefined) {
      await writeFile(reportFile, JSON.stringify({ ...report, findings, faults: log.faults }, undefined, 2));
    }
    expect(findings.slice(0, 10)).toEqual([]);
    expect(log.faults.slice(0, 10)).toEqual([]);
    expect(report.costliest.filter(({ ratio }) => ratio > maxRatio)).toEqual([]);
    // A run in which few requests succeed proves little.
    const accepted = ['200', '201', '202'].reduce((sum, status) => sum + (answers[status] ?? 0), 0);
    expect(accepted).toBeGreaterThan(requests / 50);
    expect(Object.values(answers).reduce((sum, count) => sum + count, 0)).toBe(requests);
    expect(installation.service('command-service').pid).toBeDefined();
    expect(Math.max(...report.memory.residentBytes)).toBeLessThan(memoryLimitBytes);
    const { heapGrowthBytes, residentGrowthBytes } = report.memory;
    expect(requests < longRun ? 0 : Math.max(heapGrowthBytes, residentGrowthBytes)).toBeLessThan(
      maxGrowthBytes,
    );
  },
  timeoutMs,
);

function ordinaryOrderOf(
  authorization: string,
  {
    customerId,
    productId,
  }: { readonly customerId: readonly string[]; readonly productId: readonly string[] },
): FuzzRequest {
  const body = {
    customerId: customerId[0],
    items: productId.slice(0, 3).map((product) => ({ productId: product, quantity: 1 })),
    ...{ shippingAddress: address, billingAddress: address },
  };
  return {
    ...{ method: 'POST', path: '/v1/orders' },
    headers: { authorization, 'idempotency-key': randomUUID(), 'content-type': 'application/json' },
    body: Buffer.from(JSON.stringify(body)),
  };
}

function storyOf({ method, path, headers, body, raw }: FuzzRequest): string {
  const rest = Object.entries(headers).filter(([name]) => name !== 'authorization');
  return raw
    ? `raw ${raw.toString('base64').slice(0, 2_000)}`
    : `${method} ${path} ${JSON.stringify(Object.fromEntries(rest))} ${body.toString().slice(0, 1_000)}`;
}
