import { parseArgs } from 'node:util';
import {
  AlreadyRunningError,
  backingServices,
  checkoutRoot,
  findInstallations,
  findStorage,
  provisionStorage,
  readInstallationRecord,
  resetStorage,
  startInfrastructure,
  stopLastingServers,
  type Infrastructure,
  type ResetOutcome,
  type RunningInstallation,
  type Storage,
} from '@tidemark/test-servers';
import { reasonOf } from './client/reason-of';
import { installationName } from './installation-name';

const usage = `usage: npm run -s infra -- up | urls | reset | down

  up     finds or starts Postgres, and RabbitMQ and MongoDB where they can be had; creates this installation's
         databases; prints the URLs
  urls   prints the URLs as JSON; starts and creates nothing, and fails if a server of the installation is missing
  reset  deletes this installation's data: its database, virtual host (or its queues) and MongoDB database;
         starts a server of this checkout for that if needed, and does without a server that keeps no data
  down   stops the servers that this checkout started; data is kept, except that of the MongoDB stand-in

Stop the services before you run reset or down.

DATABASE_URL, AMQP_URL and MONGODB_URL choose the servers. TIDEMARK_SERVER_WAYS and TIDEMARK_SETUP restrict the search.
TIDEMARK_NAME names the installation (tidemark by default).
`;

const name = installationName();

/**
 * Refuses to delete data of a running system, which would not recover by itself.
 *
 * @throws AlreadyRunningError
 */
function requireStopped(installations: readonly RunningInstallation[]): void {
  for (const { name, owner } of installations) {
    throw new AlreadyRunningError(name, owner.pid);
  }
}

const found = ['env', 'running', 'localhost'] as const;

/**
 * Finds the servers of the installation, without starting any and without progress output. If the installation has
 * never been started, finds every server that answers.
 */
async function findInfrastructure(): Promise<Infrastructure<'postgres'>> {
  const used = (await readInstallationRecord(name))?.ways;
  return startInfrastructure({
    services: used ? (Object.keys(used) as 'postgres'[]) : ['postgres'],
    optional: used ? [] : ['rabbitmq', 'mongodb'],
    ways: Object.fromEntries(backingServices.map((service) => [service, found])),
    log: () => {},
  });
}

function printUrls(infrastructure: Infrastructure<'postgres'>, storage: Storage): void {
  const urls = {
    postgres: storage.databaseUrl,
    rabbitmq: storage.amqpUrl,
    amqpPrefix: storage.amqpPrefix,
    mongodb: storage.mongodbUrl,
    mongodbIsStandIn: infrastructure.mongodbIsStandIn,
  };
  process.stdout.write(`${JSON.stringify(urls, undefined, 2)}\n`);
}

const resetText: Readonly<Record<ResetOutcome, string>> = {
  emptied: `emptied ${name}`,
  'started and emptied': `started, emptied ${name}, and stopped again`,
  'nothing kept': 'nothing to empty: no server answers, and this checkout keeps no data of one',
  'not used': `nothing to empty: ${name} does not use it`,
};

const commands: Readonly<Record<string, () => Promise<void>>> = {
  async up() {
    const infrastructure = await startInfrastructure({
      services: ['postgres'],
      optional: ['rabbitmq', 'mongodb'],
      scope: 'checkout',
    });
    printUrls(infrastructure, await provisionStorage(infrastructure, name));
  },
  async urls() {
    const infrastructure = await findInfrastructure();
    const storage = await findStorage(infrastructure, name);
    if (!storage) {
      throw new Error(`the database ${name} does not exist yet`);
    }
    printUrls(infrastructure, storage);
  },
  async reset() {
    requireStopped((await findInstallations()).filter((running) => running.name === name));
    const outcomes = await resetStorage(name);
    for (const service of backingServices) {
      process.stderr.write(`${service}: ${resetText[outcomes[service]]}\n`);
    }
  },
  async down() {
    requireStopped(await findInstallations());
    const ended = await stopLastingServers(checkoutRoot);
    for (const { service, way } of ended) {
      process.stderr.write(`${service}: ended (it was started by ${way})\n`);
    }
    if (ended.length === 0) {
      process.stderr.write('nothing to stop: this checkout runs no server\n');
    }
  },
};

/** Null if the command line is wrong. */
function parseCommand(): string | null {
  try {
    const { positionals } = parseArgs({ allowPositionals: true, options: {} });
    const [command = '', ...rest] = positionals;
    return rest.length === 0 && Object.hasOwn(commands, command) ? command : null;
  } catch {
    return null;
  }
}

async function main(): Promise<number> {
  const command = parseCommand();
  if (command === null) {
    process.stderr.write(usage);
    return 2;
  }
  try {
    await commands[command]!();
    return 0;
  } catch (failure) {
    process.stderr.write(`${reasonOf(failure)}\n`);
    if (command === 'urls') {
      process.stderr.write('run this to start what is missing: npm run -s infra -- up\n');
    }
    return 1;
  }
}

void main().then((exitCode) => {
  process.exitCode = exitCode;
});
