import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { countCodeLines } from './count-code-lines';

const folder = mkdtempSync(join(tmpdir(), 'tidemark-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

it('counts neither blank lines nor comments, nor files of folders in the folder', () => {
  writeFileSync(join(folder, 'a.ts'), '/**\n * Why.\n */\nconst a = 1; // one\n\n  // two\nconst b = 2;\n');
  writeFileSync(join(folder, 'b.ts'), '/* three */\nconst c = 3;');
  mkdirSync(join(folder, 'inner'));
  writeFileSync(join(folder, 'inner/d.ts'), 'const d = 4;\n');
  expect(countCodeLines(folder)).toBe(3);
});
