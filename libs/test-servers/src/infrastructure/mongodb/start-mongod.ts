import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withMongodb } from '../../connections/mongodb';
import { freePort, isFree } from '../../free-port';
import { serverHome, type Host } from '../host';
import type { WayName } from '../infrastructure';
import { launchServer } from '../servers/launch-server';
import type { ServerRecord } from '../servers/server-record';

const alreadyInitialised = 23;
const replicaSet = 'tidemark';

/** Starts a `mongod` as a replica set with one member, like the container, so that both behave the same. */
export async function startMongod(way: WayName, program: string, host: Host): Promise<ServerRecord> {
  const home = serverHome(host, 'mongodb');
  const data = join(home, 'data');
  await mkdir(data, { recursive: true });
  const port = await lastingPort(join(home, 'port'));
  const url = mongodbUrl(port);
  return launchServer(
    {
      service: 'mongodb',
      way,
      url,
      command: program,
      args: [
        ...['--dbpath', data, '--port', String(port), '--bind_ip', '127.0.0.1'],
        ...['--replSet', replicaSet, '--nounixsocket'],
      ],
      stopSignal: 'SIGTERM',
      probe: () => becomePrimary(url, port),
    },
    host,
  );
}

/** Connects directly to the server, because its name in the replica set may not be resolvable here. */
export function mongodbUrl(port: number): string {
  return `mongodb://127.0.0.1:${port}/?directConnection=true`;
}

/** A replica set stores its member's address, so kept data needs the same port again. */
async function lastingPort(path: string): Promise<number> {
  const known = Number(await readFile(path, 'utf8').catch(() => ''));
  if (!known) {
    const port = await freePort();
    await writeFile(path, `${port}\n`);
    return port;
  }
  if (!(await isFree(known))) {
    throw new Error(`port ${known}, which its replica set uses, is taken by another program`);
  }
  return known;
}

async function becomePrimary(url: string, port: number): Promise<void> {
  await withMongodb(url, async (client) => {
    const admin = client.db('admin');
    const members = [{ _id: 0, host: `127.0.0.1:${port}` }];
    await admin
      .command({ replSetInitiate: { _id: replicaSet, members } })
      .catch((cause: { code?: number }) => {
        if (cause.code !== alreadyInitialised) {
          throw cause;
        }
      });
    const { isWritablePrimary } = await admin.command({ hello: 1 });
    if (isWritablePrimary !== true) {
      throw new Error('mongod is not the primary yet');
    }
  });
}
