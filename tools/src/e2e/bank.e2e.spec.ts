import { checkoutRoot, countCodeLines, createTestDatabase, type TestDatabase } from '@tidemark/test-servers';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const bank = join(checkoutRoot, 'examples/bank');
const MAX_LINES = 160;

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database?.drop());

it('passes the tests of the bank, which kill it', async () => {
  const tests = readdirSync(join(bank, 'test')).filter((name) => name.endsWith('.test.ts'));
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', '--test', '--test-reporter=tap', ...tests.map((name) => join('test', name))],
    {
      cwd: bank,
      // Without the condition of this test, so that the bank gets the packages as they are built.
      env: {
        ...process.env,
        DATABASE_URL: database.url,
        NODE_OPTIONS: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit'),
  ]);
  if (code !== 0) {
    throw new Error(`${output}\n${errors}`);
  }
  expect(output).toMatch(/^# pass [1-9]/m);
  expect(output).toMatch(/^# fail 0$/m);
});

it('has at most 160 lines without blank lines and comments', () => {
  const lines = countCodeLines(join(bank, 'src'));
  expect(lines).toBeLessThanOrEqual(MAX_LINES);
  expect(lines).toBeGreaterThan(100);
});
