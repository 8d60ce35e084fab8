import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackingService, WayName } from '../infrastructure';
import type { CommandLine } from '../run-command';
import type { ProcessIdentity } from './process-identity';

/** A server that this checkout started, as recorded in `server.json` in the server's folder. */
export interface ServerRecord {
  readonly service: BackingService;
  readonly way: WayName;
  readonly url: string;
  readonly isStandIn: boolean;
  /** The server's folder. */
  readonly home: string;
  /** Folders elsewhere that belong to the server. They are deleted together with a temporary server. */
  readonly otherFolders: readonly string[];
  /** The server's processes, in the order in which they must be ended; empty for a container. */
  readonly processes: readonly ProcessIdentity[];
  readonly stopSignal: NodeJS.Signals;
  /** How to end a server that is not a child process. */
  readonly stopCommand?: CommandLine;
  readonly rabbitmqctl?: CommandLine;
  /** The process that owns a temporary server. When the owner has ended, the server is ended and its data deleted. */
  readonly owner?: ProcessIdentity;
  /**
   * The process that ends this server and keeps its data. When that process was killed, the next of its kind does it.
   */
  readonly keeper?: ProcessIdentity;
}

const fileName = 'server.json';

/**
 * Writes to another file and renames it, so that a reader never sees a partial file. Only this user can read the file,
 * because the URL may contain a password.
 */
export async function writeServerRecord(record: ServerRecord): Promise<void> {
  await mkdir(record.home, { recursive: true });
  const path = join(record.home, fileName);
  await writeFile(`${path}.new`, `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Undefined if there is none. */
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
