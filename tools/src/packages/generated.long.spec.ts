import {
  checkoutRoot,
  createTestDatabase,
  eventually,
  freePort,
  type TestDatabase,
} from '@tidemark/test-servers';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from 'pg';
import { compilePackages, packPackages } from './pack-packages';
import { publishedPackages } from './published-packages';
import { UserProject } from './user.fixture';

/** `create-tidemark`, installed as `npm create` installs it. */
const creator = new UserProject();
let shop: UserProject;
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await compilePackages(['build', 'declarations']);
  const tarballs = (await packPackages('https://github.com/example/tidemark')).map(({ path }) => path);
  const engine = publishedPackages().filter(({ folder }) => folder.startsWith('libs/engine/'));
  const names = new Set(engine.map(({ manifest }) => `${manifest.name.replace('@', '').replace('/', '-')}-`));
  const needed = tarballs.filter((path) => [...names].some((name) => path.includes(`/${name}`)));
  await creator.install(...needed.filter((path) => /(create-tidemark|tidemark-nx)-/.test(path)));
  await creator.run('npx', '--no-install', 'create-tidemark', 'shop');
  shop = new UserProject(join(creator.folder, 'shop'));
  await shop.install(...needed.filter((path) => !path.includes('/create-tidemark-')));
}, 600_000);
afterAll(async () => {
  shop?.remove();
  creator.remove();
  await database?.drop();
});

const generate = (generator: string, ...args: readonly string[]) =>
  shop.run('npx', '--no-install', 'nx', 'g', `@tidemark/nx:${generator}`, ...args);

/** The files that a person edits. */
function sources(): Readonly<Record<string, string>> {
  const src = join(shop.folder, 'src');
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.ts'),
  );
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(src, name), 'utf8')]));
}

it('generates one of each kind in the new project', async () => {
  await generate('aggregate', 'price-list', '--fields=title:string,size:int');
  await generate('event', 'PriceListClosed', '--aggregate=price-list', '--status=CLOSED');
  await generate('command', 'close-price-list', '--aggregate=price-list', '--event=PriceListClosed');
  await generate('projection', 'price-lists', '--aggregate=price-list');
  await generate(
    'process',
    'closing',
    '--aggregate=price-list',
    '--on=PriceListCreated',
    '--command=close-price-list',
    '--until=PriceListClosed',
  );
  // Its only event makes no union.
  await generate('aggregate', 'note');
  expect(Object.keys(sources())).toEqual(
    expect.arrayContaining(['closing/closing.ts', 'note/note.ts', 'price-lists/price-lists.test.ts']),
  );
}, 300_000);

it.each([
  [['aggregate', 'price-list'], /src\/price-list exists already/],
  [['event', 'PriceListClosed', '--aggregate=price-list'], /an event "PriceListClosed" already/],
  [['command', 'my-command', '--aggregate=nothing', '--event=PriceListClosed'], /no aggregate "nothing"/],
  [['projection', 'new', '--aggregate=price-list'], /is no name for the projection/],
])('refuses %j and changes nothing', async ([generator, ...args], reason) => {
  const before = sources();
  await expect(generate(generator!, ...args)).rejects.toThrow(reason);
  expect(sources()).toEqual(before);
});

it('compiles', async () => {
  expect(await shop.run('npm', 'run', '-s', 'types')).toBe('');
}, 60_000);

it('passes its tests', async () => {
  const output = await shop.run('npm', 'test');
  expect(output).toMatch(/^# fail 0$/m);
  const tests = Object.keys(sources()).filter((name) => name.endsWith('.test.ts'));
  expect(Number(/^# pass (\d+)$/m.exec(output)![1])).toBeGreaterThanOrEqual(tests.length);
}, 120_000);

it('is formatted, and has no complaint of the linter', async () => {
  expect(await shop.run('npx', '--no-install', 'prettier', '--check', '.')).toContain('All matched files');
  const oxlint = join(require.resolve('oxlint/package.json'), '../bin/oxlint');
  const rules = `--config=${join(checkoutRoot, '.oxlintrc.json')}`;
  await shop.run(process.execPath, oxlint, '--type-aware', '--deny-warnings', rules, 'src', 'test');
  await shop.run(process.execPath, oxlint, '--deny-warnings', 'src', 'test');
}, 60_000);

describe('on Postgres', () => {
  let program: ChildProcess;
  let url: string;
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const variables = { DATABASE_URL: database.url, PORT: String(port) };
    program = shop.start(variables, process.execPath, '--import', 'tsx', 'src/main.ts');
    await eventually(() => fetch(url), { withinMs: 60_000 });
  }, 90_000);
  afterAll(async () => {
    if (program?.exitCode === null) {
      const ended = once(program, 'exit');
      program.kill('SIGTERM');
      await ended;
    }
  }, 30_000);

  async function post(path: string, body?: object, headers: Readonly<Record<string, string>> = {}) {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      ...(body && { body: JSON.stringify(body) }),
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    });
    return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
  }

  it('accepts a command once, shows it in the read model, and carries out the process', async () => {
    const list = { title: 'Spring', size: 3 };
    const key = { 'idempotency-key': 'k1' };
    const created = await post('/price-lists/1', list, key);
    expect(created).toMatchObject({ status: 201, body: { version: 1 } });
    expect(await post('/price-lists/1', list, key)).toEqual(created);
    expect(await post('/price-lists/1', list)).toMatchObject({
      status: 422,
      body: { code: 'price_list_exists' },
    });

    const token = created.body.consistencyToken as string;
    const read = await fetch(`${url}/price-lists/1`, { headers: { 'consistency-token': token } });
    expect(await read.json()).toMatchObject({ ...list, createdAt: expect.stringContaining('T') as unknown });
    await eventually(async () => {
      expect(await typesOf('PriceList-1')).toEqual(['PriceListCreated', 'PriceListClosed']);
    });
  });

  it('refuses a wrong body, and a command for what does not exist', async () => {
    expect(await post('/tickets/1', { title: 7 })).toMatchObject({ status: 400 });
    expect(await post('/tickets/1/close', { reason: 'done' })).toMatchObject({
      status: 422,
      body: { code: 'ticket_not_found' },
    });
    expect((await fetch(`${url}/tickets/1`)).status).toBe(404);
  });
});

async function typesOf(streamId: string): Promise<readonly string[]> {
  const client = new Client({ connectionString: database.url });
  await client.connect();
  try {
    const sql =
      'SELECT event_type AS type FROM event_store.events WHERE stream_id = $1 ORDER BY event_version';
    const { rows } = await client.query<{ type: string }>(sql, [streamId]);
    return rows.map(({ type }) => type);
  } finally {
    await client.end();
  }
}
