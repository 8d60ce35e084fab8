import {
  checkoutRoot,
  createTestDatabase,
  workspaceFolders,
  type TestDatabase,
} from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compilePackages, nx, packPackages } from './pack-packages';
import { publishedPackages } from './published-packages';
import { UserProject } from './user.fixture';

const names = publishedPackages().map(({ manifest }) => manifest.name);

let paths: ReadonlyMap<string, string>;
const pathsOf = (...some: readonly string[]) => some.map((name) => paths.get(name)!);

beforeAll(async () => {
  await compilePackages(['declarations']);
  const tarballs = await packPackages('https://github.com/example/tidemark');
  paths = new Map(tarballs.map(({ name, path }) => [name, path]));
}, 240_000);

describe('the event store alone, in the project of a user', () => {
  const project = new UserProject();
  let database: TestDatabase;
  beforeAll(async () => {
    const needed = ['@tidemark/kernel', '@tidemark/postgres', '@tidemark/event-store'];
    await project.install(...pathsOf(...needed));
    database = await createTestDatabase();
  }, 120_000);
  afterAll(async () => {
    project.remove();
    await database?.drop();
  });

  it('brings at most 3 MB beside pg, and neither zod nor Nest', () => {
    const ofPg = project.closure('pg', '@types/pg');
    const installed = project.installed();
    const beside = installed.filter((name) => !ofPg.has(name));
    const bytes = (some: readonly string[]) => some.reduce((sum, name) => sum + project.sizeOf(name), 0);
    const megabytes = (some: readonly string[]) => (bytes(some) / 1e6).toFixed(2);
    process.stdout.write(
      `@tidemark/event-store: ${megabytes(beside)} MB beside pg and its types (${megabytes([...ofPg])} MB)\n` +
        beside.map((name) => `  ${name}: ${megabytes([name])} MB\n`).join(''),
    );
    expect(installed).toContain('@tidemark/event-store');
    expect(installed.filter((name) => /^(zod|typeorm|rxjs|@nestjs\/.*)$/.test(name))).toEqual([]);
    expect(bytes(beside)).toBeLessThanOrEqual(3e6);
  });

  it('compiles and runs a program of ten lines', async () => {
    project.write('program.ts', program);
    expect(
      await project.compile(['program.ts'], { module: 'esnext', moduleResolution: 'bundler', noEmit: true }),
    ).toEqual([]);
    expect(await project.compile(['program.ts'], { module: 'node16', moduleResolution: 'node16' })).toEqual(
      [],
    );
    expect(await project.run(process.execPath, 'program.js', database.url)).toBe('3 at version 2\n');
  }, 60_000);

  it('does not compile a program with a wrong type', async () => {
    project.write('wrong.ts', program.replace('amount: 1', "amount: 'one'"));
    const complaints = await project.compile(['wrong.ts'], { module: 'node16', noEmit: true });
    // The indented lines explain the one before.
    expect(complaints.filter((line) => !line.startsWith(' '))).toEqual([
      expect.stringMatching(/^wrong\.ts\(.*error TS2322/),
    ]);
  });
});

const program = `
import { CommandExecutor, PostgresEventStore, migrateEventStore } from '@tidemark/event-store';
import { EventCodec, accept, defineEvent, type Aggregate, type EventOf, type Schema } from '@tidemark/kernel';
import pg from 'pg';

const amounts: Schema<{ amount: number }> = { '~standard': { version: 1, vendor: 'user', validate: (value) => ({ value: value as { amount: number } }) } };
const deposited = defineEvent('Deposited', amounts);
const account: Aggregate<number, EventOf<typeof deposited>> = {
  streamType: 'Account', initial: 0, evolve: (balance, { data }) => balance + data.amount, partitionKeyOf: () => 'one', contracts: [deposited], stateVersion: 1,
};
const databaseUrl = process.argv[2]!;
await migrateEventStore({ databaseUrl });
const pool = new pg.Pool({ connectionString: databaseUrl, options: '-c role=tidemark_event_store_writer' });
const executor = new CommandExecutor({ store: new PostgresEventStore({ pool, codec: new EventCodec([deposited]), partitions: 16 }) });
const command = (n: number) => ({ commandId: \`00000000-0000-4000-8000-00000000000\${n}\`, commandHash: 'c0'.repeat(32), correlationId: 'user', actor: 'user' });
await executor.execute({ aggregate: account, aggregateId: '1', command: command(1), decide: () => accept({ type: 'Deposited', data: { amount: 1 } }) });
await executor.execute({ aggregate: account, aggregateId: '1', command: command(2), decide: () => accept({ type: 'Deposited', data: { amount: 2 } }) });
const { state, version } = await executor.load(account, '1');
console.log(\`\${state} at version \${version}\`);
await executor.settled();
await pool.end();
`;

const client = `
import { TidemarkClient } from '@tidemark/client';

const url = 'http://127.0.0.1:1';
const tidemark = new TidemarkClient({ urls: { commandService: url, queryService: url, processManager: url }, token: 't' });
const { consistencyToken } = await tidemark.post('/v1/orders/{id}/payment', {
  path: { id: 'o1' }, body: { method: { type: 'card', token: 'tok_ok' } },
});
await tidemark.post('/v1/stock/{productId}/receive', { path: { productId: 'p1' }, body: { quantity: 5 } });
const order = await tidemark.get('/v1/orders/{id}', { path: { id: 'o1' }, consistencyToken });
export const status: string | undefined = order?.status;
`;

describe('all packages, in the project of a user', () => {
  const project = new UserProject();
  const doors = publishedPackages().flatMap(({ manifest: { name, exports = {} } }) =>
    Object.keys(exports).map((door) => join(name, door)),
  );
  beforeAll(async () => {
    // npm installs no optional peers, and would install the newest version of each required peer. So the test installs
    // every peer itself, in the oldest major.
    const ranges = publishedPackages().flatMap(({ manifest }) =>
      Object.entries(manifest.peerDependencies ?? {}),
    );
    const foreign = ranges.filter(([peer]) => !names.includes(peer));
    const peers = new Set(foreign.map(([peer, range]) => `${peer}@${range.split(' || ')[0]}`));
    await project.install(...pathsOf(...names), ...peers);
  }, 240_000);
  afterAll(() => project.remove());

  it('are loaded by import and by require, with the same names', async () => {
    project.write(
      'doors.mjs',
      `import { createRequire } from 'node:module';
      const require = createRequire(import.meta.url);
      const loaded = {};
      for (const door of ${JSON.stringify(doors)}) {
        const imported = Object.keys(await import(door));
        const required = Object.keys(require(door));
        loaded[door] = { names: required.length, lost: required.filter((name) => !imported.includes(name)) };
      }
      console.log(JSON.stringify(loaded));`,
    );
    const loaded = JSON.parse(await project.run(process.execPath, 'doors.mjs')) as Readonly<
      Record<string, { readonly names: number; readonly lost: readonly string[] }>
    >;
    expect(doors.filter((door) => loaded[door]!.names === 0)).toEqual([]);
    expect(doors.flatMap((door) => loaded[door]!.lost)).toEqual([]);
  });

  it('have the command line', async () => {
    expect(await project.run('npx', '--no-install', 'tidemark', '--help')).toContain('Usage: tidemark');
  });

  it('have a client that knows the routes and their fields', async () => {
    const options = { module: 'node16', lib: ['es2022', 'dom'], noEmit: true };
    project.write('client.ts', client);
    expect(await project.compile(['client.ts'], options)).toEqual([]);
    project.write('client.ts', client.replace("token: 'tok_ok'", 'token: 7').replace('quantity', 'amount'));
    const complaints = await project.compile(['client.ts'], options);
    expect(complaints.filter((line) => /error TS2/.test(line))).toHaveLength(2);
  }, 60_000);

  it.each(['node16', 'bundler'])(
    'have declarations that compile with moduleResolution %s',
    async (resolution) => {
      // The declarations of Nx, which the generators import, do not compile without `skipLibCheck`.
      const own = doors.filter((door) => !door.startsWith('@tidemark/nx'));
      project.write('doors.ts', own.map((door, n) => `export * as door${n} from '${door}';\n`).join(''));
      const module = resolution === 'bundler' ? 'esnext' : 'node16';
      const complaints = await project.compile(['doors.ts'], {
        module,
        moduleResolution: resolution,
        noEmit: true,
      });
      expect(complaints).toEqual([]);
    },
    60_000,
  );
});

describe('nx release', () => {
  it('would give one version to all workspaces, and publish the packages', async () => {
    const manifests = ['', ...workspaceFolders()].map((folder) => join(folder, 'package.json'));
    const contents = () => manifests.map((file) => readFileSync(join(checkoutRoot, file), 'utf8'));
    const before = contents();

    const output = await nx('release', '9.8.7', '--dry-run', '--yes');

    const written = [...output.matchAll(/New version 9\.8\.7 written to manifest: (\S+)/g)].map(
      ([, file]) => file,
    );
    expect(written.sort()).toEqual([...manifests].sort());
    const published = [...output.matchAll(/^> nx run (\S+):nx-release-publish/gm)].map(([, name]) => name);
    expect(published.sort()).toEqual([...names].sort());
    expect(output).toContain(`Successfully ran target nx-release-publish for ${names.length} projects`);
    expect(contents()).toEqual(before);
  }, 240_000);
});
