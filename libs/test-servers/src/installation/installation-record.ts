import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { checkoutRoot } from '../checkout-root';
import type { BackingService, WayName } from '../infrastructure/infrastructure';
import { assertStorageName } from '../storage/storage-name';

/** Which server an installation uses for what, with the names of the services' settings. */
export interface SetUp {
  readonly delivery: 'rabbitmq' | 'log';
  readonly commands: 'rabbitmq' | 'postgres';
  readonly readStore: 'mongodb' | 'postgres';
}

/** The set-up of an installation at its last `npm start`, and how each of its servers was found or started. */
export interface InstallationRecord extends SetUp {
  readonly ways: Readonly<Partial<Record<BackingService, WayName>>>;
}

/** Undefined if no `npm start` of this checkout has run the installation, or if it was reset since. */
export async function readInstallationRecord(
  name: string,
  checkout: string = checkoutRoot,
): Promise<InstallationRecord | undefined> {
  try {
    return JSON.parse(await readFile(fileOf(name, checkout), 'utf8')) as InstallationRecord;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw cause;
  }
}

/** Writes to another file and renames it, so that a reader never sees a partial file. */
export async function writeInstallationRecord(
  name: string,
  record: InstallationRecord,
  checkout: string = checkoutRoot,
): Promise<void> {
  const file = fileOf(name, checkout);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, `${JSON.stringify(record, undefined, 2)}\n`);
  await rename(`${file}.new`, file);
}

/** Lets the next `npm start` choose anew. */
export async function removeInstallationRecord(name: string, checkout: string = checkoutRoot): Promise<void> {
  await rm(fileOf(name, checkout), { force: true });
}

function fileOf(name: string, checkout: string): string {
  assertStorageName(name);
  return join(checkout, '.tidemark/installations', `${name}.json`);
}
