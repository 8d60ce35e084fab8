import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCreate } from './run-create';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tidemark-create-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

/** Jest can't load Prettier. The nightly check of the installed package formats. */
async function create(...args: readonly string[]) {
  const printed = { out: '', error: '' };
  const code = await runCreate([...args, '--no-format'], {
    write: (text) => (printed.out += text),
    writeError: (text) => (printed.error += text),
  });
  return { code, ...printed };
}

describe('npm create tidemark', () => {
  it('makes a project and prints the next steps in a few lines', async () => {
    const { code, out, error } = await create(join(parent, 'desk'));

    expect([code, error]).toEqual([0, '']);
    expect(out).toMatch(
      /^desk is ready\. Next:\n\n {2}cd \S+desk\n {2}npm install\n {2}npm test\n {2}npm start\n/,
    );
    expect(out.split('\n').length).toBeLessThanOrEqual(10);
    expect(JSON.parse(readFileSync(join(parent, 'desk/package.json'), 'utf8'))).toMatchObject({
      name: 'desk',
    });
    expect(readdirSync(join(parent, 'desk/src')).sort()).toEqual(
      expect.arrayContaining(['app.module.ts', 'assignment', 'ticket', 'tickets']),
    );
    expect(existsSync(join(parent, 'desk/.git'))).toBe(false);
  });

  it('takes a folder that exists and is empty, leaves out the example, and makes a repository', async () => {
    mkdirSync(join(parent, 'desk'));
    expect(await create(join(parent, 'desk'), '--no-example', '--git')).toMatchObject({ code: 0, error: '' });
    expect(readdirSync(join(parent, 'desk/src')).sort()).toEqual(['app.module.ts', 'http.ts', 'main.ts']);
    expect(existsSync(join(parent, 'desk/.git'))).toBe(true);
  });

  it('refuses a folder that is not empty, and so a second run', async () => {
    mkdirSync(join(parent, 'desk'));
    writeFileSync(join(parent, 'desk/notes.txt'), 'mine');
    const { code, error } = await create(join(parent, 'desk'));
    expect(code).toBe(1);
    expect(error).toMatch(/^The folder \S+desk is not empty\. Name another folder/);
    expect(readdirSync(join(parent, 'desk'))).toEqual(['notes.txt']);
  });

  it('refuses a name that no application can have, and makes no folder', async () => {
    const { code, error } = await create(join(parent, 'my desk'));
    expect([code, error]).toEqual([1, expect.stringMatching(/^"my desk" is no name for the application\./)]);
    expect(readdirSync(parent)).toEqual([]);
  });

  it.each([[[]], [['a', 'b']], [['a', '--force']]])('exits with 2 for the command line %j', async (args) => {
    expect(await create(...args)).toMatchObject({ code: 2, out: '' });
  });

  it('prints its help', async () => {
    const { code, out } = await create('--help');
    expect(code).toBe(0);
    expect(out).toContain('create-tidemark [options] <folder>');
  });
});
