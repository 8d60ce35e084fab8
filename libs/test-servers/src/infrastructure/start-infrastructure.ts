import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutRoot } from '../checkout-root';
import { InfrastructureUnavailableError } from '../errors';
import { lastingHome, type Host, type Way } from './host';
import { backingServices, type BackingService, type Infrastructure, type WayName } from './infrastructure';
import { mongodbWays } from './mongodb/mongodb-ways';
import { permittedWays } from './permitted-ways';
import { postgresWays } from './postgres/postgres-ways';
import { rabbitmqWays } from './rabbitmq/rabbitmq-ways';
import { resolveService } from './resolve-service';
import { runCommand } from './run-command';
import { identifyProcess } from './servers/process-identity';
import { stopServer } from './servers/stop-server';
import { sweepServers } from './servers/sweep-servers';
import { withLock } from './with-lock';

export interface InfrastructureOptions<Service extends BackingService = BackingService> {
  /** Default: all three. */
  readonly services?: readonly Service[];
  /** Services that may be missing. Default: none. */
  readonly optional?: readonly BackingService[];
  /**
   * `run` (the default): started servers belong to this process and leave nothing behind. `checkout`: they keep their
   * data in `.tidemark/infra`, and the next call finds them, also after `infra up` has ended. `start`: they keep their
   * data as well, and this process ends them. If it is killed, the next call with `start` takes them over.
   */
  readonly scope?: 'run' | 'start' | 'checkout';
  /** Restricts the ways that are tried. Default: all of them. */
  readonly ways?: Partial<Record<BackingService, readonly WayName[]>>;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly checkout?: string;
  /** Receives the lines that say what is used and why. Default: standard error. */
  readonly log?: (line: string) => void;
}

const waysOf: Readonly<Record<BackingService, (host: Host) => readonly Way[]>> = {
  postgres: postgresWays,
  rabbitmq: rabbitmqWays,
  mongodb: mongodbWays,
};

/**
 * Finds or starts Postgres, RabbitMQ and MongoDB, each by the first way that works. The ways are, in this order: the
 * URL in the environment, a server that this checkout started earlier, a server on localhost, a container, the server's
 * own program. `TIDEMARK_SERVER_WAYS` and `TIDEMARK_SETUP` in the environment restrict the ways.
 *
 * @throws UnreachableUrlError when a URL is set and does not answer
 * @throws InfrastructureUnavailableError if no way works; servers that were started for the other services are then
 * ended
 */
export async function startInfrastructure<Service extends BackingService = BackingService>({
  services = backingServices as readonly BackingService[] as readonly Service[],
  optional = [],
  scope = 'run',
  ways = {},
  environment = process.env,
  checkout = checkoutRoot,
  log = (line) => process.stderr.write(`${line}\n`),
}: InfrastructureOptions<Service> = {}): Promise<Infrastructure<Service>> {
  const home = lastingHome(checkout);
  const isTemporary = scope === 'run';
  const runFolder = join(home, `run-${process.pid}-${randomBytes(3).toString('hex')}`);
  const host: Host = {
    environment,
    checkout,
    home: isTemporary ? runFolder : home,
    temporary: isTemporary,
    ...(scope === 'start' && { keeper: identifyProcess(process.pid) }),
    run: runCommand,
  };
  const isPermitted = permittedWays(environment);
  await sweepServers(checkout, host.run);

  const resolve = (service: BackingService) => {
    const allowed = ways[service];
    const candidates = waysOf[service](host).filter(
      ({ name }) => isPermitted(service, name) && (allowed?.includes(name) ?? true),
    );
    return resolveService(service, candidates, log);
  };
  const resolveOptional = (service: BackingService) =>
    resolve(service).catch((failure: unknown) => {
      if (!(failure instanceof InfrastructureUnavailableError)) {
        throw failure;
      }
      log(failure.message.split('\n')[0]!);
      return undefined;
    });
  const resolveAll = () => Promise.allSettled([...services.map(resolve), ...optional.map(resolveOptional)]);
  // Without the lock, two concurrent starts in one checkout would both find no server and start one on the same data.
  const outcomes = await (isTemporary ? resolveAll() : withLock(join(home, 'lock'), resolveAll));

  const resolved = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' && outcome.value ? [outcome.value] : [],
  );
  const stop = async () => {
    await Promise.all(resolved.map(({ started }) => started && stopServer(started, host.run)));
    await rm(runFolder, { recursive: true, force: true });
  };
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  const choices = resolved.map(({ choice }) => choice);
  return {
    urls: Object.fromEntries(choices.map(({ service, url }) => [service, url])) as Record<Service, string>,
    mongodbIsStandIn: choices.some(({ service, isStandIn }) => service === 'mongodb' && isStandIn),
    choices,
    stop,
  };
}
