import { issueToken, type TokenClaims } from '@tidemark/local-token';
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newAuthKey } from '../auth/local-auth-key';
import { makeOnce } from '../auth/make-once';
import { newMessageKeys } from '../auth/message-keys';
import { checkoutRoot } from '../checkout-root';
import { StartFailedError } from '../errors';
import { freePort } from '../free-port';
import { endLeftOvers, ProcessLedger } from './process-ledger';
import { serviceEnvironment } from './service-environment';
import { loginSettings } from './service-logins';
import { defaultAdminPorts, defaultPorts, serviceNames, type ServiceName } from './service-name';
import { ServiceProcess } from './service-process';
import type { Storage } from '../storage/storage';

export interface InstallationOptions<Name extends ServiceName = ServiceName> {
  readonly storage: Storage;
  /** Default: all four. */
  readonly services?: readonly Name[];
  /** `default`: the ports of the public interface. `free`: free ports, so that installations can run side by side. */
  readonly ports: 'default' | 'free';
  /** The folder for one `<service>.log` per service. Created if missing. */
  readonly logDirectory: string;
  /** Default: a new key for this installation. */
  readonly authKey?: string;
  /**
   * The file with the message keys. Default: `message-keys.json` beside the logs, with new keys for this installation.
   */
  readonly messageKeysFile?: string;
  /** The key that hashes clients' addresses. Default: a new key for this installation. */
  readonly addressKey?: string;
  /** Variables that are added to a service's environment and override its other settings. */
  readonly environment?: Partial<Record<ServiceName, Readonly<Record<string, string>>>>;
  /** The folder that contains `<service>/dist/main.js`. Default: the checkout's `apps`. */
  readonly appsDirectory?: string;
  /**
   * The folder in which the processes are recorded until they have ended. Default: `.tidemark/processes` of the
   * checkout.
   */
  readonly ledgerDirectory?: string;
  /** Receives the line that says what was stopped before the start. Default: no output. */
  readonly log?: (line: string) => void;
  /** Default 60 000. */
  readonly readyWithinMs?: number;
  /** The time that a service has to end after SIGTERM. Default 15 000. */
  readonly stopWithinMs?: number;
}

export interface InstalledService {
  /** Undefined while the service does not run. */
  readonly pid: number | undefined;
  readonly logFile: string;
  /** Resolves when the process has ended. Default signal: SIGKILL. */
  kill(signal?: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts the service again on the same ports; resolves when it is ready. */
  start(): Promise<void>;
  /** Resolves when the current process has ended, with the way it ended: `SIGKILL`, `exit code 1`. */
  ended(): Promise<string>;
}

export interface Installation<Name extends ServiceName = ServiceName> {
  /** The services' public ports. */
  readonly urls: Readonly<Record<Name, string>>;
  /** The services' admin ports. */
  readonly adminUrls: Readonly<Record<Name, string>>;
  /**
   * Ends services that a killed process of this checkout left running, runs all migrations at once, then starts all
   * services at once. If one of them fails, the others are stopped.
   *
   * @throws PortTakenError before anything is migrated
   * @throws StartFailedError
   */
  start(): Promise<void>;
  service(name: Name): InstalledService;
  /** Stops every service in an orderly way. */
  stop(): Promise<void>;
  token(claims: TokenClaims): Promise<string>;
}

/** The services whose schema is migrated before the start. */
function migratorsOf({ mongodbUrl }: Storage): readonly ServiceName[] {
  const always = ['command-service', 'process-manager'] as const;
  return mongodbUrl === undefined ? [...always, 'projection-service'] : always;
}

/** A limit for services that hang. On a busy machine, starting the program alone may take a minute. */
const migrateWithinMs = 180_000;

/** The system as a set of processes. `nx run-many -t build` must have built the services. */
export async function createInstallation<Name extends ServiceName = ServiceName>({
  storage,
  services = serviceNames as readonly ServiceName[] as readonly Name[],
  ports,
  logDirectory,
  authKey = newAuthKey(),
  messageKeysFile = join(logDirectory, 'message-keys.json'),
  addressKey = newAuthKey(),
  environment = {},
  appsDirectory = join(checkoutRoot, 'apps'),
  ledgerDirectory = join(checkoutRoot, '.tidemark/processes'),
  log = () => {},
  readyWithinMs = 60_000,
  stopWithinMs = 15_000,
}: InstallationOptions<Name>): Promise<Installation<Name>> {
  await mkdir(logDirectory, { recursive: true });
  await makeOnce(messageKeysFile, newMessageKeys);
  const ledger = new ProcessLedger(ledgerDirectory);
  const installed = await Promise.all(
    services.map(async (name) => {
      const port = ports === 'free' ? await freePort() : defaultPorts[name];
      const adminPort = ports === 'free' ? await freePort() : defaultAdminPorts[name];
      const [url, adminUrl] = [port, adminPort].map((number) => `http://127.0.0.1:${number}`) as [
        string,
        string,
      ];
      const process = new ServiceProcess({
        name,
        url,
        adminUrl,
        mainFile: join(appsDirectory, name, 'dist/main.js'),
        environment: {
          ...inherited(),
          ...serviceEnvironment(name, { storage, port, adminPort, authKey, messageKeysFile, addressKey }),
          ...environment[name],
        },
        logFile: join(logDirectory, `${name}.log`),
        readyWithinMs,
        stopWithinMs,
        ledger,
      });
      return { name, url, adminUrl, process };
    }),
  );
  const processes = installed.map(({ process }) => process);
  const addresses = (of: 'url' | 'adminUrl') =>
    Object.fromEntries(installed.map((service) => [service.name, service[of]])) as Record<Name, string>;
  const stop = async () => {
    await Promise.all(processes.map((process) => process.kill('SIGTERM')));
  };

  return {
    urls: addresses('url'),
    adminUrls: addresses('adminUrl'),
    async start() {
      const leftOvers = await endLeftOvers(ledgerDirectory);
      if (leftOvers > 0) {
        log(`stopped ${leftOvers} services that a killed start of this checkout had left running`);
      }
      await Promise.all(processes.map((process) => process.requireFreePorts()));
      await untilAllEnded(
        migratorsOf(storage).map((name) =>
          migrate(join(appsDirectory, name, 'dist/migrate.js'), storage.databaseUrl),
        ),
      );
      try {
        await untilAllEnded(processes.map((process) => process.start()));
      } catch (failure) {
        await stop();
        throw failure;
      }
    },
    service: (name) => installed.find((service) => service.name === name)!.process,
    stop,
    token: (claims) => issueToken(authKey, claims),
  };
}

/** @throws the first failure, once all have ended */
async function untilAllEnded(works: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(works);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    throw failure.reason;
  }
}

async function migrate(file: string, databaseUrl: string): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, [file], {
      env: { ...inherited(), MIGRATION_DATABASE_URL: databaseUrl, ...loginSettings(databaseUrl) },
      timeout: migrateWithinMs,
    });
  } catch (cause) {
    const { stdout = '', stderr = '' } = cause as { stdout?: string; stderr?: string };
    throw new StartFailedError(`${file} failed:\n${stdout}${stderr}`.trimEnd(), { cause: cause as Error });
  }
}

/** The variables of this process that a service gets. Variables that are meant only for this process are left out. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TZ', 'LANG', 'LC_ALL', 'NODE_ENV', 'LOG_LEVEL', 'NODE_EXTRA_CA_CERTS'];
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
