import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import vm from 'node:vm';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidemark-modules-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The module's exports, as each test file gets them. */
function load<Exports>(name: string, text: string): Exports {
  const file = join(folder, name);
  writeFileSync(file, text);
  let exports: unknown;
  jest.isolateModules(() => {
    exports = jest.requireActual(file);
  });
  return exports as Exports;
}

describe('a module under test', () => {
  it('is not compiled by Jest itself, which would do so for every test file', () => {
    const compiled = jest.spyOn(vm, 'compileFunction');
    expect(load('once.js', 'exports.value = 1;')).toEqual({ value: 1 });
    expect(compiled).not.toHaveBeenCalled();
  });

  it('runs anew whenever it is loaded', () => {
    const count = () => load<{ add(): number }>('state.js', 'let n = 0; exports.add = () => (n += 1);').add();
    expect([count(), count()]).toEqual([1, 1]);
  });

  it('shows its own lines and columns in stacks, from the first on', () => {
    const { first } = load<{ first: Error }>('stack.js', 'exports.first = new Error();');
    expect(first.stack).toMatch(/stack\.js:1:17\)/);
  });

  it('that is no program is reported by Jest', () => {
    expect(() => load('broken.js', 'this is no program')).toThrow(/Jest failed to parse a file|Unexpected/);
  });
});
