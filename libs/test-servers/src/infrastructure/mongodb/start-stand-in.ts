import { freePort } from '../../free-port';
import type { Host } from '../host';
import { launchServer } from '../servers/launch-server';
import type { ServerRecord } from '../servers/server-record';
import { fetchStandIn } from './fetch-stand-in';
import { probeMongodb } from './probe-mongodb';
import { mongodbUrl } from './start-mongod';

/**
 * The JVM's default collector pauses the server for 100 to 300 ms at a time to copy all data. This collector does not.
 */
const collectWithoutPauses = '-XX:+UseZGC';

/** Starts mongo-java-server. It keeps its data in memory only and loses it when it ends. */
export async function startStandIn(java: string, host: Host): Promise<ServerRecord> {
  const folder = await fetchStandIn(host);
  const port = await freePort();
  const url = mongodbUrl(port);
  return launchServer(
    {
      service: 'mongodb',
      way: 'stand-in',
      url,
      command: java,
      args: [collectWithoutPauses, '-cp', `${folder}/lib/*`, `${folder}/Main.java`, String(port)],
      stopSignal: 'SIGTERM',
      isStandIn: true,
      probe: () => probeMongodb(url),
    },
    host,
  );
}
