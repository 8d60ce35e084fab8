import { dockerWay } from '../docker-way';
import { findExecutable } from '../find-executable';
import { closed, type Attempt, type Host, type Way } from '../host';
import { environmentWay, localhostWay, runningWay, type ServerKind } from '../server-ways';
import type { ServerRecord } from '../servers/server-record';
import { fetchMongod } from './fetch-mongod';
import { standInVersion } from './fetch-stand-in';
import { isMongodbStandIn, probeMongodb } from './probe-mongodb';
import { mongodbUrl, startMongod } from './start-mongod';
import { startStandIn } from './start-stand-in';

/** The ways to a MongoDB server, the preferred first. The last one is not a real MongoDB. */
export function mongodbWays(host: Host): readonly Way[] {
  const kind: ServerKind = {
    service: 'mongodb',
    variable: 'MONGODB_URL',
    schemes: ['mongodb', 'mongodb+srv'],
    probe: probeMongodb,
    isStandIn: isMongodbStandIn,
    localUrls: [mongodbUrl(27_017)],
  };
  return [
    environmentWay(kind, host),
    runningWay(kind, host),
    localhostWay(kind),
    dockerWay(kind, { port: 27_017, portVariable: 'TIDEMARK_MONGODB_PORT', urlAt: mongodbUrl }, host),
    {
      name: 'binary',
      async attempt() {
        const program = await findExecutable('mongod', host.environment);
        if (!program) {
          return closed('mongod is not on the PATH');
        }
        return started(() => startMongod('binary', program, host), `${program} is installed`);
      },
    },
    {
      name: 'download',
      attempt: () =>
        started(
          async () => startMongod('download', await fetchMongod(host), host),
          'mongodb-memory-server fetched a mongod',
        ),
    },
    {
      name: 'stand-in',
      async attempt() {
        const java = await findExecutable('java', host.environment);
        const maven = await findExecutable('mvn', host.environment);
        if (!java || !maven) {
          return closed('a JDK and Maven are not on the PATH');
        }
        return started(
          () => startStandIn(java, host),
          `mongo-java-server ${standInVersion}, because no MongoDB was found; it keeps nothing on disk`,
        );
      },
    },
  ];
}

async function started(start: () => Promise<ServerRecord>, reason: string): Promise<Attempt> {
  try {
    const record = await start();
    return { outcome: 'found', url: record.url, reason, isStandIn: record.isStandIn, started: record };
  } catch (cause) {
    return closed((cause as Error).message);
  }
}
