import {
  checkoutRoot,
  createInstallation,
  createTestStorage,
  eventually,
  issueToken,
  newAuthKey,
  StartFailedError,
  typescriptLoader,
  type InstalledService,
} from '@tidemark/test-servers';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Pool } from 'pg';
import type { Evidence } from '../books/faults-in-books.fixture';
import { crashPlanVariable, crashPoints, victims, type Messaging, type Victim } from './crash-plan.fixture';
import { holesIn, ledgerOf, logOf } from './shop-books.fixture';
import { ShopClient } from './shop-client.fixture';

/** Two real services that are killed and restarted, and a shop whose customers and warehouse must not notice. */
export interface Shop {
  planCrashes(): Promise<void>;
  /** Orders are paid, and some cancelled, until every planned kill has happened. */
  payUntilAllCrashed(): Promise<void>;
  /** After the last kill: every card type, for products in stock and out of stock. */
  payInPeace(): Promise<void>;
  /** The warehouse does its work, until no fulfilment is open. */
  settle(): Promise<void>;
  evidence(): Promise<Evidence>;
  /** The points at which a service has died. */
  reached(victim: Victim): Promise<readonly string[]>;
  /** How each run of a service ended so far. */
  deaths(victim: Victim): readonly string[];
  /** Partitions of the log with gaps in their positions. */
  holes(): Promise<readonly unknown[]>;
  end(): Promise<void>;
}

const cards = ['tok_refund_fails_once', 'tok_ok', 'tok_declined', 'tok_charged_then_timeout', 'tok_ok'];
const orderCount = 140;
const ordersInPeace = 2 * cards.length;
/** Each customer's orders, payments and shipments are in one partition. */
const customers = 8;
const address = { name: 'Ada', line1: '1 Quay', city: 'Bristol', postalCode: 'BS1', country: 'GB' };

export async function startShop(messaging: Messaging): Promise<Shop> {
  const created = messaging === 'rabbitmq' ? await createTestStorage('rabbitmq') : await createTestStorage();
  const storage = messaging === 'rabbitmq' ? created : { ...created, amqpUrl: undefined };
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-faults-'));
  const planOf = (victim: Victim) => join(directory, 'plan', victim);
  const plannedFor = (victim: Victim) => join(planOf(victim), 'planned');
  const reachedBy = (victim: Victim) => join(planOf(victim), 'reached');
  const authKey = newAuthKey();
  const environmentOf = (victim: Victim) => ({
    NODE_OPTIONS: `--require ${typescriptLoader} --require ${join(__dirname, 'crash-points.fixture.ts')}`,
    [crashPlanVariable]: planOf(victim),
    LEASE_MS: '1000',
    LOG_LEVEL: 'warn',
  });
  await Promise.all(
    victims.flatMap((victim) =>
      [plannedFor(victim), reachedBy(victim)].map((path) => mkdir(path, { recursive: true })),
    ),
  );
  const installation = await createInstallation({
    storage,
    services: victims,
    ports: 'free',
    logDirectory: directory,
    ledgerDirectory: join(checkoutRoot, '.tidemark/processes/tests'),
    authKey,
    // A slow start must not count as a crash.
    readyWithinMs: 180_000,
    environment: {
      'command-service': {
        ...environmentOf('command-service'),
        PAYMENT_PROVIDER_TIMEOUT_MS: '300',
        // A killed service needs longer than this to restart, so some money is captured too late.
        PAYMENT_EXPIRY_MS: '3000',
      },
      'process-manager': {
        ...environmentOf('process-manager'),
        COMMAND_FIRST_RESEND_MS: '500',
        COMMAND_MAX_RESEND_MS: '2000',
        REFUND_RETRY_MS: '300',
        // Short, so that the dispatch deadline passes and its timer fires.
        DISPATCH_DEADLINE_MS: '200',
        // High, because no event causes these kills.
        PARK_AFTER_PROCESS_ENDS: '100',
      },
    },
  });
  const database = new Pool({ connectionString: storage.databaseUrl, max: 2 });
  await installation.start();

  const deaths = new Map<Victim, string[]>(victims.map((victim) => [victim, []]));
  const ending = new AbortController();
  const backAgain = new Map<Victim, Promise<void>>();
  const watches = victims.map(async (victim) => {
    const service = installation.service(victim);
    for (;;) {
      const how = await service.ended();
      if (ending.signal.aborted) {
        return;
      }
      deaths.get(victim)!.push(how === 'SIGKILL' ? how : `${how}: ${await lastLine(service.logFile)}`);
      backAgain.set(victim, startAgain(service, ending.signal));
      await backAgain.get(victim);
    }
  });

  const token = await issueToken(authKey, { role: 'service' });
  const writes = new ShopClient(installation.urls['command-service'], token, ending.signal);
  const reads = new ShopClient(installation.urls['process-manager'], token, ending.signal);
  const orderIds = await placeOrders(writes);
  const paid: string[] = [];

  /** The kills that have not happened yet. */
  const planned = async () =>
    (await Promise.all(victims.map((victim) => readdir(plannedFor(victim))))).flat();

  /** Returns the index of the order. */
  const payNext = async (): Promise<number> => {
    const index = paid.length;
    const token = cards[index % cards.length]!;
    await writes.post(`/v1/orders/${orderIds[index]}/payment`, { method: { type: 'card', token } });
    paid.push(orderIds[index]!);
    return index;
  };

  const fulfilments = async () => {
    const found = new Map<string, { state: string; step: string }>();
    for (let cursor = ''; ;) {
      const page = await reads.get<FulfilmentPage>(`/v1/fulfilments?limit=100${cursor}`);
      page.items.forEach(({ orderId, state, step }) => found.set(orderId, { state, step }));
      if (page.nextCursor === undefined) {
        return found;
      }
      cursor = `&cursor=${page.nextCursor}`;
    }
  };

  return {
    planCrashes: async () => {
      for (const victim of victims) {
        await Promise.all(
          crashPoints[messaging][victim].map((point) => writeFile(join(plannedFor(victim), point), '')),
        );
      }
    },
    payUntilAllCrashed: async () => {
      while (paid.length < orderCount - ordersInPeace) {
        // On a slow machine, every payment during a kill expires, and no path with a charge would be tested.
        if (paid.length % 2 === 1) {
          await Promise.all(backAgain.values());
        }
        const index = await payNext();
        const earlier = orderIds[index - (index % 3)]!;
        if (index % 4 === 3) {
          await writes.post(`/v1/orders/${earlier}/cancel`, { reason: 'changed_my_mind' }, [409]);
        }
        if ((await planned()).length === 0) {
          return;
        }
        await delay(250);
      }
      // The paid orders are still in progress.
      await eventually(async () => {
        const left = await planned();
        if (left.length > 0) {
          throw new Error(`no service has reached ${left.join(', ')}`);
        }
      });
    },
    payInPeace: async () => {
      for (let count = 0; count < ordersInPeace; count += 1) {
        await payNext();
      }
    },
    settle: () =>
      eventually(async () => {
        const all = await fulfilments();
        // Its events may not have been delivered yet.
        const notBegun = paid.filter((orderId) => !all.has(orderId));
        const open = [...all].filter(([, { state }]) => state !== 'FULFILLED' && state !== 'COMPENSATED');
        for (const [orderId, { step }] of open) {
          if (step === 'awaiting_dispatch') {
            const dispatch = { carrier: 'DHL', trackingNumber: '00340' };
            await writes.post(`/v1/shipments/${orderId}/dispatch`, dispatch, [409]);
          } else if (step === 'awaiting_delivery') {
            await writes.post(`/v1/shipments/${orderId}/deliver`, {}, [409]);
          }
        }
        if (open.length + notBegun.length > 0) {
          throw new Error(`still open: ${JSON.stringify(open)}; not begun: ${notBegun.join(', ')}`);
        }
      }),
    evidence: async () => ({
      log: await logOf(database),
      ledger: await ledgerOf(database),
      fulfilments: new Map([...(await fulfilments())].map(([orderId, { state }]) => [orderId, state])),
    }),
    reached: (victim) => readdir(reachedBy(victim)),
    deaths: (victim) => deaths.get(victim)!,
    holes: () => holesIn(database),
    end: async () => {
      ending.abort();
      await installation.stop();
      await Promise.all(watches);
      await database.end();
      await storage.drop();
      await rm(directory, { recursive: true });
    },
  };
}

/** A process that dies again before it is ready counts as started. */
async function startAgain(service: InstalledService, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      return await service.start();
    } catch (error) {
      if (error instanceof StartFailedError) {
        return;
      }
      await delay(100);
    }
  }
}

async function lastLine(file: string): Promise<string> {
  return (await readFile(file, 'utf8')).trimEnd().split('\n').at(-1)!;
}

interface FulfilmentPage {
  readonly items: readonly { readonly orderId: string; readonly state: string; readonly step: string }[];
  readonly nextCursor?: string;
}

/** Every third order contains a product whose stock is enough for only a few orders. */
async function placeOrders(client: ShopClient): Promise<readonly string[]> {
  for (let customer = 0; customer < customers; customer += 1) {
    const contact = { name: 'Ada', email: `ada-${customer}@example.com` };
    await client.post('/v1/customers', { customerId: `C${customer}`, ...contact });
  }
  for (const [productId, quantity] of [
    ['PLENTY', 1_000],
    ['SCARCE', 5],
  ] as const) {
    const price = { amount: 1_299, currency: 'EUR' };
    await client.post('/v1/products', { productId, name: productId, price });
    await client.post(`/v1/stock/${productId}/receive`, { quantity });
  }
  const orderIds = Array.from({ length: orderCount }, () => crypto.randomUUID());
  for (const [index, orderId] of orderIds.entries()) {
    const items = [
      { productId: 'PLENTY', quantity: 2 },
      ...(index % 3 === 0 ? [{ productId: 'SCARCE', quantity: 1 }] : []),
    ];
    const customerId = `C${index % customers}`;
    await client.post('/v1/orders', { orderId, customerId, items, shippingAddress: address });
  }
  return orderIds;
}
