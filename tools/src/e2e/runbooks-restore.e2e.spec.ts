import {
  createInstallation,
  createTestMongo,
  eventually,
  type Installation,
  type TestMongo,
} from '@tidemark/test-servers';
import { MongoClient } from 'mongodb';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AlertWatch } from './alert-watch.fixture';
import { backUpDatabase, type DatabaseBackup } from './database-backup.fixture';
import { openRunbook, type Runbook } from './follow-runbook.fixture';
import { startSystem, type RunningSystem } from './running-system.fixture';
import { openShop, payOrder, placeOrder, type Shop } from './shop.fixture';

const polling = { everyMs: 200 };

let system: RunningSystem;
let runbook: Runbook;
let backup: DatabaseBackup;
let shop: Shop;
let kept: string;
let lost: string;
let since: string;

/** The objects that the page's third and fourth step create. */
let readModels: TestMongo;
let restarted: Installation | undefined;
let logDirectory: string;

beforeAll(async () => {
  readModels = await createTestMongo();
  system = await startSystem({ 'projection-service': { RETRY_MAX_BACKOFF_MS: '500' } });
  runbook = await openRunbook('restore-from-backup', system);
  logDirectory = await mkdtemp(join(tmpdir(), 'tidemark-restored-'));
  shop = await openShop(system.client, 10);
  kept = await fulfil();
  backup = await backUpDatabase(system.storage.databaseUrl);
  lost = await fulfil();
});
afterAll(async () => {
  await restarted?.stop();
  await system.end();
  await Promise.all([backup.drop(), readModels.drop(), rm(logDirectory, { recursive: true })]);
});

/** An order that has made all its automatic progress, in all four services. */
async function fulfil(): Promise<string> {
  const { orderId } = await placeOrder(system.client, shop);
  await payOrder(system.client, orderId);
  await eventually(async () => {
    const fulfilment = await system.client.fulfilment<{ step: string }>(orderId);
    expect(fulfilment?.step).toBe('awaiting_dispatch');
    expect(await runbook.ctl('status')).toMatchObject(allIsWell);
  }, polling);
  return orderId;
}

const allIsWell = { code: 0, output: expect.not.stringMatching(/[1-9]\d* behind/) as string };

describe('a log that was restored to an earlier point', () => {
  it('is noticed by the projections, which have read beyond its end, and not by the fulfilments, which have not', async () => {
    const watch = new AlertWatch(system.installation);
    await backup.restore();
    await eventually(async () => {
      expect(await watch.firing('TidemarkLogDiverged')).not.toEqual([]);
      const { code, output } = await runbook.ctl('status');
      expect({ code, output }).toEqual({
        code: 1,
        output: expect.stringMatching(/^! +order_details .*log_diverged \(\d/m) as string,
      });
      expect(output).toMatch(/^ +fulfilment +0 behind$/m);
    }, polling);
  });

  it('does not replace lost events in the read models with new events', async () => {
    const { orderId, version } = await placeOrder(system.client, shop);
    since = orderId;
    expect(version).toBe(1);
    const { output } = await runbook.ctl('status');
    expect(output).toMatch(/^! +order_details .*log_diverged/m);
    expect(await system.client.get(`/v1/orders/${since}`)).toBeUndefined();
    // Documents from events that the restored log does not have are wrong as well.
    expect(await system.client.get(`/v1/orders/${lost}`)).toMatchObject({ id: lost });
  });

  it('is consistent with all stores again after the steps of the page', async () => {
    await system.installation.stop();
    expect(await runbook.ctl('log verify')).toMatchObject({ code: 0 });
    const { mongodbUrl: oldReadModels, amqpPrefix } = system.storage;
    restarted = await createInstallation({
      storage: { ...system.storage, mongodbUrl: readModels.url, amqpPrefix: `${amqpPrefix}-2` },
      ports: 'free',
      logDirectory,
    });
    await restarted.start();

    const page = await openRunbook('restore-from-backup', { ...system, installation: restarted });
    await eventually(async () => expect(await page.ctl('status')).toMatchObject(allIsWell), polling);
    for (const name of ['order_details', 'order_list']) {
      expect(await page.ctl(`projections verify ${name}`)).toMatchObject({ code: 0 });
    }
    const index = await openRunbook('stuck-fulfilment', { ...system, installation: restarted });
    expect((await index.ctl('order show <orderId>', { orderId: kept })).output).toMatch(/^status +PAID$/m);
    expect((await index.ctl('order show <orderId>', { orderId: since })).output).toMatch(
      /^status +PENDING$/m,
    );
    expect((await index.ctl('order show <orderId>', { orderId: lost })).errors).toMatch(/404 not_found/);
    expect((await index.ctl('fulfilments show <orderId>', { orderId: lost })).errors).toMatch(
      /404 not_found/,
    );
    expect(await ordersAhead(oldReadModels!, readModels.url)).toEqual([lost]);
  });
});

/** Finds them as the page says: orders that the new read models lack, or have in an earlier version. */
async function ordersAhead(before: string, after: string): Promise<readonly string[]> {
  const [old, current] = await Promise.all([ordersIn(before), ordersIn(after)]);
  return [...old].filter(([id, version]) => (current.get(id) ?? 0) < version).map(([id]) => id);
}

async function ordersIn(mongodbUrl: string): Promise<ReadonlyMap<string, number>> {
  const client = await MongoClient.connect(mongodbUrl);
  try {
    const orders = client.db().collection<{ _id: string; version: number }>('order_list_v1_g1');
    return new Map((await orders.find().toArray()).map(({ _id, version }) => [_id, version]));
  } finally {
    await client.close();
  }
}
