import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { freePort } from '../../free-port';
import { serverHome, type Host } from '../host';
import type { WayName } from '../infrastructure';
import { launchServer } from '../servers/launch-server';
import type { ServerRecord } from '../servers/server-record';
import { canEnter, folderFor, serverUser, type ServerUser } from '../servers/server-user';
import { createCluster } from './create-cluster';
import { probePostgres } from './probe-postgres';

/**
 * Starts Postgres from a folder that holds `initdb` and `postgres`. Creates the data folder if there is none for the
 * server's major version.
 */
export async function startPostgres(way: WayName, binaries: string, host: Host): Promise<ServerRecord> {
  const home = serverHome(host, 'postgres');
  await mkdir(home, { recursive: true });
  const user = await serverUser(host.run);
  const folder = await folderFor(user, home, host.run);
  const programs = await reachablePrograms(binaries, folder, user, host);
  const { data, password } = await createCluster({ binaries: programs, folder, user, run: host.run });

  const port = await freePort();
  const url = `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`;
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  return launchServer(
    {
      service: 'postgres',
      way,
      url,
      command: join(programs, 'postgres'),
      args: ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
      user,
      // Fast shutdown: ends sessions and writes a checkpoint.
      stopSignal: 'SIGINT',
      otherFolders: folder === home ? [] : [folder],
      probe: () => probePostgres(url),
    },
    host,
  );
}

/** Copies the programs to another folder if the server's user can't enter theirs, such as a checkout below `/root`. */
async function reachablePrograms(
  binaries: string,
  folder: string,
  user: ServerUser | undefined,
  { run }: Host,
): Promise<string> {
  if (await canEnter(user, binaries, run)) {
    return binaries;
  }
  const copy = join(folder, 'programs');
  await cp(dirname(binaries), copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin');
}
