import { parse } from 'csv-parse/sync';
import { readFile } from 'node:fs/promises';
import { retailColumns } from './retail-row';

/**
 * The rows of the files, one after the other, without their headers.
 *
 * @throws Error that names the file when it can't be read or begins with another header.
 */
export async function readRetailFiles(paths: readonly string[]): Promise<string[][]> {
  const rows: string[][] = [];
  for (const path of paths) {
    const [header, ...body] = await readCsv(path);
    if (header?.join() !== retailColumns.join()) {
      throw new Error(`${path} does not begin with ${retailColumns.join()}`);
    }
    for (const row of body) {
      rows.push(row);
    }
  }
  return rows;
}

async function readCsv(path: string): Promise<string[][]> {
  try {
    return parse(await readFile(path, 'utf8'), {
      bom: true,
      relaxColumnCount: true,
      relaxQuotes: true,
      skipEmptyLines: true,
    });
  } catch (cause) {
    throw new Error(`${path} cannot be read`, { cause });
  }
}
