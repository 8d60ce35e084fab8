import { checkoutRoot } from '../checkout-root';
import type { Choice, Infrastructure } from '../infrastructure/infrastructure';
import { beganReadStore } from './began-read-store';
import { choiceLines, type Decision } from './choice-lines';
import { readInstallationRecord, writeInstallationRecord, type SetUp } from './installation-record';
import { ServerFinder } from './server-finder';
import { wantedSetUp } from './wanted-set-up';

export interface ChooseServersOptions {
  /** The installation's name. */
  readonly name: string;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly checkout?: string;
  /** Receives the lines that say how each server was found or started. Default: no output. */
  readonly log?: (line: string) => void;
}

export interface ChosenServers {
  readonly setUp: SetUp;
  /** Only the servers that the installation uses. `stop` ends those that were started for it. */
  readonly infrastructure: Infrastructure<'postgres'>;
  /** One line each for log, delivery, commands and read models. */
  readonly lines: readonly (readonly [string, string])[];
}

/** The parts of a set-up that may use a server. */
const partsOf = {
  rabbitmq: ({ delivery, commands }: Partial<SetUp>) => [delivery, commands],
  mongodb: ({ readStore }: Partial<SetUp>) => [readStore],
} as const;

/**
 * Chooses the servers of an installation. The environment decides first, then the servers with which the installation
 * began. A new installation gets RabbitMQ and MongoDB where they are found, and Postgres for everything else. The
 * choice is recorded before any storage is created, so that the next start chooses the same.
 *
 * @throws KeptServerMissingError if a server that the installation uses is missing
 * @throws RangeError if the environment contradicts itself
 * @throws InfrastructureUnavailableError, UnreachableUrlError
 */
export async function chooseServers({
  name,
  environment = process.env,
  checkout = checkoutRoot,
  log = () => {},
}: ChooseServersOptions): Promise<ChosenServers> {
  const wanted = wantedSetUp(environment);
  const record = await readInstallationRecord(name, checkout);
  const finder = new ServerFinder({ name, environment, checkout, log });
  try {
    const logWay = record?.ways.postgres;
    const postgres = await (record ? finder.kept('postgres', logWay) : finder.any('postgres'));
    const began: Partial<SetUp> = record ?? (await beganReadStore(postgres.url, name));
    const goal = { ...began, ...wanted };
    const optional = async (service: keyof typeof partsOf): Promise<Choice | undefined> => {
      const uses = (setUp: Partial<SetUp>) => partsOf[service](setUp).includes(service as never);
      if (uses(goal)) {
        return uses(began) ? finder.kept(service, record?.ways[service]) : finder.demanded(service);
      }
      const isOpen = partsOf[service](goal).includes(undefined);
      return isOpen ? finder.ifThere(service) : undefined;
    };
    const broker = await optional('rabbitmq');
    const mongodb = await optional('mongodb');

    const decide = <Part extends keyof SetUp>(
      part: Part,
      found: SetUp[Part] | undefined,
      without: SetUp[Part],
    ) => decision<SetUp[Part]>(wanted[part], began[part], found, without);
    const decisions = {
      delivery: decide('delivery', broker && 'rabbitmq', 'log'),
      commands: decide('commands', broker && 'rabbitmq', 'postgres'),
      readStore: decide('readStore', mongodb && 'mongodb', 'postgres'),
    };
    const setUp: SetUp = {
      delivery: decisions.delivery.value,
      commands: decisions.commands.value,
      readStore: decisions.readStore.value,
    };
    const others = [broker, mongodb].filter((choice) => choice !== undefined);
    const choices = [postgres, ...others];
    const ways = Object.fromEntries(choices.map(({ service, origin }) => [service, origin]));
    await writeInstallationRecord(name, { ...setUp, ways }, checkout);
    const previousLog = logWay === postgres.origin ? undefined : logWay;
    return {
      setUp,
      infrastructure: finder.infrastructure(postgres, ...others),
      lines: choiceLines({ decisions, choices, previousLog }),
    };
  } catch (failure) {
    await finder.stop();
    throw failure;
  }
}

function decision<Value extends string>(
  wanted: Value | undefined,
  began: Value | undefined,
  found: Value | undefined,
  without: Value,
): Decision<Value> {
  const was = began !== undefined && wanted !== undefined && wanted !== began ? { was: began } : {};
  if (wanted !== undefined) {
    return { value: wanted, reason: 'given', ...was };
  }
  if (began !== undefined) {
    return { value: began, reason: 'kept' };
  }
  return found === undefined ? { value: without, reason: 'missing' } : { value: found, reason: 'found' };
}
