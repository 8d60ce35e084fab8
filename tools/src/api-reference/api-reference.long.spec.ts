import { checkoutRoot } from '@tidemark/test-servers';
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { publishedPackages } from '../packages/published-packages';
import type { Complaints } from './write-api-reference';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-reference-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Calls a function of the module in a process of its own: on Node 20, Jest cannot load TypeDoc's ES modules. */
async function complaintsOf(call: string, path: string): Promise<Complaints> {
  const module = join(__dirname, 'write-api-reference.ts');
  const program = `require('${module}').${call}('${path}').then((found) => console.log(JSON.stringify(found)))`;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--conditions=development', '--import', 'tsx', '--eval', program],
    { cwd: checkoutRoot, env: { ...process.env, NODE_OPTIONS: '' } },
  );
  return JSON.parse(stdout) as Complaints;
}

it('has a page for every package and entry point, and no link that leads nowhere', async () => {
  expect(await complaintsOf('writeApiReference', folder)).toEqual([]);
  const text = (file: string) => readFileSync(join(folder, file), 'utf8');
  for (const { manifest } of publishedPackages()) {
    expect(text('modules.html')).toContain(manifest.name);
  }
  expect(text('classes/_tidemark_event-store.index.PostgresEventStore.html')).toContain('migrateEventStore');
}, 600_000);

it('notices a link that leads nowhere', async () => {
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  write('tsconfig.json', '{ "files": ["index.ts"] }');
  write('index.ts', '/** See {@link nothing}. */\nexport const something = 1;\n');
  expect(await complaintsOf('complaintsOf', folder)).toEqual([expect.stringContaining('nothing')]);
}, 120_000);
