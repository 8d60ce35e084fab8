import { runTidemark } from '@tidemark/cli';
import { checkoutRoot, eventually, newAuthKey } from '@tidemark/test-servers';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { ctlEnvironment } from './ctl-environment.fixture';
import { startSystem, type RunningSystem } from './running-system.fixture';

let system: RunningSystem;
let environment: NodeJS.ProcessEnv;
const [customerId, productId, orderId] = [randomUUID(), randomUUID(), randomUUID()];

beforeAll(async () => {
  system = await startSystem();
  environment = await ctlEnvironment(system);
  const write = (path: string, body: object) => system.client.post(path, body, randomUUID());
  await write('/v1/customers', { customerId, name: 'Ada', email: 'ada@example.com' });
  await write('/v1/products', { productId, name: 'Mug', price: { amount: 100, currency: 'EUR' } });
  await write(`/v1/stock/${productId}/receive`, { quantity: 5 });
  const shippingAddress = { name: 'Ada', line1: '1 Quay', city: 'Bristol', postalCode: 'BS1', country: 'GB' };
  await write('/v1/orders', { orderId, customerId, items: [{ productId, quantity: 1 }], shippingAddress });
  await write(`/v1/orders/${orderId}/payment`, { method: { type: 'card', token: 'tok_ok' } });
  await eventually(async () => {
    const fulfilment = await system.client.fulfilment<{ step: string }>(orderId);
    expect(fulfilment?.step).toBe('awaiting_dispatch');
  });
});
afterAll(() => system.end());

/** The arguments as on a command line. */
async function ctl(...args: string[]) {
  let [output, errors] = ['', ''];
  const code = await runTidemark(args, {
    environment,
    write: (text) => (output += text),
    writeError: (text) => (errors += text),
  });
  return { code, output, errors };
}

async function ctlJson<Found>(...args: string[]): Promise<{ code: number; found: Found }> {
  const { code, output } = await ctl('--json', ...args);
  return { code, found: JSON.parse(output) as Found };
}

describe('ctl status', () => {
  it('ends with 0 when nothing needs attention', async () => {
    // A lag of one event is not trouble, so the exit code alone does not show that everything has arrived. Soon after
    // the start, queues without consumers are trouble.
    const { output } = await eventually(async () => {
      const answer = await ctl('status');
      expect(answer.code).toBe(0);
      expect(answer.output).toMatch(/^ +fulfilment +0 behind$/m);
      expect(answer.output).toMatch(/^ +order_details +0 behind, generation 1$/m);
      return answer;
    });
    expect(output).toMatch(/^ +command-service +ready$/m);
    const relay = system.storage.amqpUrl ? '0 to publish' : 'none, because consumers follow the log';
    expect(output).toMatch(new RegExp(`^ +relay +${relay}$`, 'm'));
  });

  it('ends with 1 and names the service while it is down', async () => {
    const service = system.installation.service('query-service');
    await service.kill('SIGKILL');
    const { code, found } = await ctlJson<{ services: Record<string, unknown> }>('status');
    expect(code).toBe(1);
    expect(found.services).toMatchObject({
      'command-service': 'ready',
      'query-service': { error: expect.stringContaining('query-service does not answer') as string },
    });
    await service.start();
  });
});

describe('ctl with a running system', () => {
  it('shows a stream, an order and its fulfilment', async () => {
    const { found } = await ctlJson<{ type: string }[]>('stream', 'show', `Order-${orderId}`);
    expect(found.map(({ type }) => type)).toEqual(['OrderCreated', 'OrderPaid']);
    expect((await ctl('order', 'show', orderId)).output).toMatch(/^status +PAID$/m);
    expect((await ctl('fulfilments', 'show', orderId)).output).toMatch(/^step +awaiting_dispatch$/m);
  });

  it('gives the reason of each failure', async () => {
    expect(await ctl('order', 'show', randomUUID())).toMatchObject({
      code: 1,
      errors: expect.stringContaining('404 not_found') as string,
    });
    expect(await ctl('parked', 'retry', randomUUID())).toMatchObject({
      code: 1,
      errors: expect.stringContaining('no consumer has a parked stream') as string,
    });
    expect(await ctl('fulfilments', 'retry', orderId)).toMatchObject({
      code: 1,
      errors: expect.stringContaining('409') as string,
    });
    expect((await ctl('fulfilments', 'skip', orderId)).code).toBe(2);
    expect((await ctl('nothing')).code).toBe(2);
    expect((await ctl('--help')).code).toBe(0);
  });

  it('finds nothing parked and nothing stuck', async () => {
    expect(await ctl('parked', 'list')).toMatchObject({ code: 0, output: 'nothing is parked\n' });
    expect(await ctl('fulfilments', 'stuck')).toMatchObject({ code: 0, output: 'no fulfilment is stuck\n' });
  });
});

describe('ctl projections', () => {
  it('rebuilds a projection, verifies it and rolls it back', async () => {
    const { code, found } = await ctlJson<{ state: string; eventsDone: number }>(
      'projections',
      'rebuild',
      'order_list',
      '--wait',
    );
    expect([code, found.state]).toEqual([0, 'DONE']);
    const list = async () =>
      (await ctlJson<{ name: string; generation: number }[]>('projections', 'list')).found;
    expect(await list()).toContainEqual(expect.objectContaining({ name: 'order_list', generation: 2 }));
    expect(await ctlJson('projections', 'verify', 'order_list')).toMatchObject({
      code: 0,
      found: { drifted: 0 },
    });
    expect((await ctl('projections', 'rollback', 'order_list')).code).toBe(0);
    expect(await list()).toContainEqual(expect.objectContaining({ name: 'order_list', generation: 1 }));
  });
});

describe('the built ctl, as in its image', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-ctl-'));
    const { dependencies } = JSON.parse(
      await readFile(join(checkoutRoot, 'libs/cli/package.json'), 'utf8'),
    ) as {
      dependencies: Record<string, string>;
    };
    await cp(join(checkoutRoot, 'libs/cli/dist'), join(folder, 'dist'), { recursive: true });
    const ctlFile = createRequire(join(checkoutRoot, 'libs/cli/dist/main.js'));
    for (const name of Object.keys(dependencies)) {
      const found = ctlFile.resolve.paths(name)!.map((place) => join(place, name));
      const link = join(folder, 'node_modules', name);
      await mkdir(dirname(link), { recursive: true });
      await symlink(
        found.find((path) => existsSync(path))!,
        link,
      );
    }
    await writeFile(join(folder, 'token'), `${environment.TIDEMARK_TOKEN}\n`);
    await writeFile(join(folder, 'url'), `${environment.EVENT_STORE_DATABASE_URL}\n`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    [['status'], /^ +command-service +ready$/m],
    [['log', 'verify'], /^every stream is whole$/m],
    [['order', 'show', orderId], /^status +PAID$/m],
  ])('runs %s with only a token, addresses and its own dependencies', async (args, expected) => {
    const addresses = Object.entries(environment).filter(([name]) => /^TIDEMARK_\w+_URL$/.test(name));
    const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'dist/main.js'), ...args], {
      cwd: folder,
      env: {
        ...Object.fromEntries(addresses),
        TIDEMARK_TOKEN_FILE: join(folder, 'token'),
        EVENT_STORE_DATABASE_URL_FILE: join(folder, 'url'),
      },
    });
    expect(stdout).toMatch(expected);
  });

  it('signs its own tokens with the key of a local installation, and says what it lacks without one', async () => {
    const ask = (env: Record<string, string>) =>
      promisify(execFile)(process.execPath, [join(folder, 'dist/main.js'), 'token', '--role', 'service'], {
        cwd: folder,
        env,
      });

    expect((await ask({ AUTH_LOCAL_KEY: newAuthKey() })).stdout).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+\n$/);
    await expect(ask({})).rejects.toMatchObject({
      stderr: 'set TIDEMARK_TOKEN, or AUTH_LOCAL_KEY for a local installation\n',
    });
  });
});

describe('ctl log verify', () => {
  it('reports that the log is complete', async () => {
    expect(await ctlJson('log', 'verify')).toMatchObject({
      code: 0,
      found: { isWhole: true, brokenStreams: [] },
    });
  });

  it('finds that an event was removed', async () => {
    const client = await system.database.connect();
    try {
      // Only the server's administrator can do this, because the log's own triggers refuse it.
      await client.query('BEGIN; SET LOCAL session_replication_role = replica');
      await client.query('DELETE FROM event_store.events WHERE stream_id = $1 AND event_version = 1', [
        `Order-${orderId}`,
      ]);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
    const { code, found } = await ctlJson<{ partitions: { isBroken: boolean }[] }>('log', 'verify');
    expect(code).toBe(1);
    expect(found).toMatchObject({
      isWhole: false,
      brokenStreams: [{ streamId: `Order-${orderId}`, events: 1, version: 2 }],
    });
    expect(found.partitions.filter(({ isBroken }) => isBroken)).toHaveLength(1);
  });
});
