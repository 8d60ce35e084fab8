import { readFileSync } from 'node:fs';

/** The file's text without the line break at its end. Throws when the file can't be read. */
export function readSettingFile(path: string): string {
  return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}
