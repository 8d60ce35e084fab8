import {
  checkoutRoot,
  chooseServers,
  claimInstallation,
  createInstallation,
  localAddressKey,
  localAuthKey,
  localMessageKeysFile,
  PortTakenError,
  provisionStorage,
  serviceNames,
  type ChosenServers,
  type InstallationClaim,
} from '@tidemark/test-servers';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { installationName } from './installation-name';
import { keepRunning } from './start/keep-running';
import { untilInterrupted } from './start/until-interrupted';
import { row, starting, welcome } from './start/welcome';

const usage = `usage: npm start [-- --free-ports] [--no-build] [--verbose]

Builds and runs all four services on this machine until Ctrl-C. Restarts a service that ends before that.
A new installation uses RabbitMQ and MongoDB where it finds them, and Postgres for everything else. It keeps that choice.
DATABASE_URL, AMQP_URL, MONGODB_URL, DELIVERY, COMMANDS and READ_STORE change it; TIDEMARK_SETUP=small is Postgres alone.
  --free-ports  use free ports instead of 3001 to 3004 and 4001 to 4004
  --no-build    use the previous build
  --verbose     say how each server was found or started
`;

interface StartOptions {
  readonly name: string;
  readonly ports: 'default' | 'free';
  readonly builds: boolean;
  readonly verbose: boolean;
  /** Aborted when everything must stop. */
  readonly signal: AbortSignal;
}

/**
 * Makes stack traces in the logs name the sources, as in the images. Tests start services without source maps, since
 * reading the maps of all modules takes a fifth of a start.
 */
const sourceMaps = { NODE_OPTIONS: '--enable-source-maps' };

const logDirectoryOf = (name: string): string => join(checkoutRoot, '.tidemark', 'logs', name);

async function build(signal: AbortSignal): Promise<void> {
  const stdio = ['ignore', 'ignore', 'inherit'] as const;
  const child = spawn('npm', ['run', '-s', 'build'], { stdio: [...stdio], cwd: checkoutRoot, signal });
  const [exitCode] = (await once(child, 'exit')) as [number | null];
  signal.throwIfAborted();
  if (exitCode !== 0) {
    throw new Error('the build failed');
  }
}

async function runServices(
  { infrastructure, setUp }: ChosenServers,
  claim: InstallationClaim,
  { name, ports, signal }: StartOptions,
): Promise<void> {
  const logDirectory = logDirectoryOf(name);
  const { delivery: DELIVERY, commands: COMMANDS } = setUp;
  const writers = { ...sourceMaps, DELIVERY, COMMANDS };
  const installation = await createInstallation({
    storage: await provisionStorage(infrastructure, name),
    ports,
    logDirectory,
    authKey: await localAuthKey(checkoutRoot),
    environment: {
      'command-service': writers,
      'query-service': sourceMaps,
      'projection-service': { ...sourceMaps, DELIVERY },
      'process-manager': writers,
    },
    messageKeysFile: await localMessageKeysFile(checkoutRoot),
    addressKey: await localAddressKey(checkoutRoot),
    log: console.log,
  });
  signal.throwIfAborted();
  await installation.start();
  const stopping = new AbortController();
  try {
    await claim.publish(installation);
    signal.throwIfAborted();
    console.log(welcome(installation));
    const interrupted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    const kept = serviceNames.map((service) =>
      keepRunning({
        name: service,
        service: installation.service(service),
        signal: stopping.signal,
        print: console.log,
      }),
    );
    await Promise.race([interrupted, ...kept]);
  } finally {
    console.log('\nstopping');
    stopping.abort();
    await installation.stop();
  }
}

/** Runs the whole system on this machine until it is interrupted. */
async function start(options: StartOptions): Promise<void> {
  const claim = await claimInstallation(options.name);
  const failing = new AbortController();
  try {
    // The build has one core, and the servers start on the other.
    const building = options.builds ? build(AbortSignal.any([options.signal, failing.signal])) : undefined;
    building?.catch(() => undefined);
    const servers = await chooseServers({ name: options.name, ...(options.verbose && { log: console.log }) });
    try {
      options.signal.throwIfAborted();
      servers.lines.forEach((line) => console.log(row(...line)));
      console.log(
        starting({ ...options, logDirectory: relative(process.cwd(), logDirectoryOf(options.name)) }),
      );
      await building;
      await runServices(servers, claim, options);
    } finally {
      await servers.infrastructure.stop();
    }
  } catch (failure) {
    failing.abort();
    throw failure;
  } finally {
    await claim.release();
  }
}

/** Undefined if the command line is wrong. */
function parseOptions(): Pick<StartOptions, 'ports' | 'builds' | 'verbose'> | undefined {
  const flag = { type: 'boolean', default: false } as const;
  try {
    const { values } = parseArgs({ options: { 'free-ports': flag, 'no-build': flag, verbose: flag } });
    const ports = values['free-ports'] ? 'free' : 'default';
    return { ports, builds: !values['no-build'], verbose: values.verbose };
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const options = parseOptions();
  if (options === undefined) {
    process.stderr.write(usage);
    return 2;
  }
  const signal = untilInterrupted();
  try {
    await start({ name: installationName(), ...options, signal });
  } catch (error) {
    if (!signal.aborted) {
      const hint = error instanceof PortTakenError ? '; to use free ports: npm start -- --free-ports' : '';
      console.error(`${(error as Error).message}${hint}`);
      return 1;
    }
  }
  console.log('stopped');
  return 0;
}

void main().then((exitCode) => process.exit(exitCode));
