import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { checkoutRoot } from '../checkout-root';
import { AlreadyRunningError } from '../errors';
import { identifyProcess, isRunning, type ProcessIdentity } from '../infrastructure/servers/process-identity';
import { withLock } from '../infrastructure/with-lock';
import { assertStorageName } from '../storage/storage-name';
import type { ServiceName } from './service-name';

const extension = '.json';

/** An installation that a process of this checkout runs. */
export interface RunningInstallation {
  readonly name: string;
  readonly owner: ProcessIdentity;
  /** Undefined while the installation starts, like `adminUrls`. */
  readonly urls?: ServiceUrls;
  readonly adminUrls?: ServiceUrls;
}

type ServiceUrls = Readonly<Record<ServiceName, string>>;

export interface InstallationClaim {
  /** Tells the tools of this checkout where the services are. */
  publish(addresses: { readonly urls: ServiceUrls; readonly adminUrls: ServiceUrls }): Promise<void>;
  release(): Promise<void>;
}

/**
 * The right to run the installation of this name. Only one process of a checkout has this right at a time, and a killed
 * process loses it.
 *
 * @throws AlreadyRunningError
 * @throws RangeError for a name that is not valid
 */
export async function claimInstallation(
  name: string,
  checkout: string = checkoutRoot,
): Promise<InstallationClaim> {
  const file = fileOf(name, checkout);
  const owner = identifyProcess(process.pid)!;
  await withLock(`${file}.lock`, async () => {
    const running = await findInstallation(name, checkout);
    if (running) {
      throw new AlreadyRunningError(name, running.owner.pid);
    }
    await write(file, { name, owner });
  });
  return {
    publish: ({ urls, adminUrls }) => write(file, { name, owner, urls, adminUrls }),
    release: () => rm(file, { force: true }),
  };
}

/** Undefined if no process of this checkout runs an installation of this name. */
export async function findInstallation(
  name: string,
  checkout: string = checkoutRoot,
): Promise<RunningInstallation | undefined> {
  try {
    const found = JSON.parse(await readFile(fileOf(name, checkout), 'utf8')) as RunningInstallation;
    return isRunning(found.owner) ? found : undefined;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw cause;
  }
}

/** All installations that processes of this checkout run. */
export async function findInstallations(
  checkout: string = checkoutRoot,
): Promise<readonly RunningInstallation[]> {
  const files = await readdir(folderOf(checkout)).catch(() => []);
  const names = files.filter((file) => file.endsWith(extension)).map((file) => basename(file, extension));
  const found = await Promise.all(names.map((name) => findInstallation(name, checkout)));
  return found.filter((running) => running !== undefined);
}

function folderOf(checkout: string): string {
  return join(checkout, '.tidemark/running');
}

function fileOf(name: string, checkout: string): string {
  assertStorageName(name);
  return join(folderOf(checkout), `${name}${extension}`);
}

async function write(file: string, content: RunningInstallation): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.new`, JSON.stringify(content));
  await rename(`${file}.new`, file);
}
