import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackingService, WayName } from '../infrastructure';
import type { CommandLine } from '../run-command';
import type { ProcessIdentity } from './process-identity';

/** A server that this checkout started, as `server.json` in the server's folder has it. */
export interface ServerRecord {
  readonly service: BackingService;
  readonly way: WayName;
  readonly url: string;
  readonly isStandIn: boolean;
  /** The server's folder. */
  readonly home: string;
  /** Folders elsewhere that belong to the server; deleted with it when it is temporary. */
  readonly otherFolders: readonly string[];
  /** In the order in which they are to be ended; none for a container. */
  readonly processes: readonly ProcessIdentity[];
  readonly stopSignal: NodeJS.Signals;
  /** How to end a server that is no process of ours. */
  readonly stopCommand?: CommandLine;
  readonly rabbitmqctl?: CommandLine;
  /** A temporary server's data is deleted when it is ended; its owner's end is its own. */
  readonly owner?: ProcessIdentity;
}

const fileName = 'server.json';

/** Written beside and renamed, so that a reader never sees half of it; private, since the URL may hold a password. */
export async function writeServerRecord(record: ServerRecord): Promise<void> {
  await mkdir(record.home, { recursive: true });
  const path = join(record.home, fileName);
  await writeFile(`${path}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Undefined where there is none. */
export async function readServerRecord(home: string): Promise<ServerRecord | undefined> {
  try {
    return JSON.parse(await readFile(join(home, fileName), 'utf8')) as ServerRecord;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw cause;
  }
}

export async function removeServerRecord(home: string): Promise<void> {
  await rm(join(home, fileName), { force: true });
}
