import { randomBytes } from 'node:crypto';
import { chown, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CommandRunner } from '../run-command';
import type { ServerUser } from '../servers/server-user';

export interface ClusterOptions {
  /** The folder that holds `initdb` and `postgres`. */
  readonly binaries: string;
  /**
   * The folder in which the data folders are created, one per major version, because no version can read another's
   * data.
   */
  readonly folder: string;
  readonly user: ServerUser | undefined;
  readonly run: CommandRunner;
}

export interface Cluster {
  readonly data: string;
  /** The password of the superuser `postgres`. It is random, because other users of the host can reach the port. */
  readonly password: string;
}

const initdbWithinMs = 60_000;

/** The data folder below `folder`. It is created if it does not exist. */
export async function createCluster({ binaries, folder, user, run }: ClusterOptions): Promise<Cluster> {
  const version = await majorVersion(binaries, run);
  const data = join(folder, `data-${version}`);
  const passwordFile = `${data}.password`;
  if (await isCluster(data)) {
    return { data, password: (await readFile(passwordFile, 'utf8')).trim() };
  }

  // Removes the remains of an interrupted initdb.
  await rm(data, { recursive: true, force: true });
  await rm(passwordFile, { force: true });
  await mkdir(data, { mode: 0o700 });
  const password = randomBytes(16).toString('hex');
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user) {
    await Promise.all([data, passwordFile].map((path) => chown(path, user.uid, user.gid)));
  }
  const { exitCode, stderr } = await run(
    join(binaries, 'initdb'),
    [
      ...['--pgdata', data, '--username', 'postgres', '--encoding', 'UTF8', '--no-locale'],
      ...['--auth', 'scram-sha-256', '--pwfile', passwordFile],
    ],
    { uid: user?.uid, gid: user?.gid, cwd: data, timeoutMs: initdbWithinMs },
  );
  if (exitCode !== 0) {
    throw new Error(`initdb failed: ${stderr.trim()}`);
  }
  return { data, password };
}

/** Whether initdb has finished. It writes the control file late, and `PG_VERSION` early. */
async function isCluster(data: string): Promise<boolean> {
  return readFile(join(data, 'global/pg_control')).then(
    () => true,
    () => false,
  );
}

async function majorVersion(binaries: string, run: CommandRunner): Promise<string> {
  const { stdout, stderr } = await run(join(binaries, 'postgres'), ['--version']);
  const major = /PostgreSQL\) (\d+)/.exec(stdout)?.[1];
  if (!major) {
    throw new Error(`${join(binaries, 'postgres')} does not print its version: ${stderr.trim()}`);
  }
  return major;
}
