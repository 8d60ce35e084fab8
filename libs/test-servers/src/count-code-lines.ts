import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The number of lines in the files of a folder, without blank lines and comments. Folders in it do not count. */
export function countCodeLines(folder: string): number {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  const lines = files.flatMap(({ name }) => readFileSync(join(folder, name), 'utf8').split('\n'));
  return lines.filter((line) => !/^\s*(\/\/|\/\*|\*|$)/.test(line)).length;
}
