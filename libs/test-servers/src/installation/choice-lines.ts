import type { BackingService, Choice, WayName } from '../infrastructure/infrastructure';
import type { SetUp } from './installation-record';

/** A part of the set-up, and why it is as it is. */
export interface Decision<Value extends string> {
  readonly value: Value;
  /**
   * `given`: by the environment. `kept`: as the installation began. `found`: the server was found. `missing`: it was
   * not.
   */
  readonly reason: 'given' | 'kept' | 'found' | 'missing';
  /** The previous value, if it has changed. */
  readonly was?: Value;
}

export type Decisions = { readonly [Part in keyof SetUp]: Decision<SetUp[Part]> };

export const serverNames = { postgres: 'Postgres', rabbitmq: 'RabbitMQ', mongodb: 'MongoDB' } as const;
export const urlVariables = {
  postgres: 'DATABASE_URL',
  rabbitmq: 'AMQP_URL',
  mongodb: 'MONGODB_URL',
} as const satisfies Record<BackingService, string>;

const places: Readonly<Record<WayName, (service: BackingService) => string>> = {
  env: (service) => `${serverNames[service]} at ${urlVariables[service]}`,
  running: (service) => `${serverNames[service]} of this checkout`,
  localhost: (service) => `${serverNames[service]} on localhost`,
  docker: (service) => `${serverNames[service]} in a container`,
  binary: (service) => `${serverNames[service]} as installed here`,
  embedded: (service) => `${serverNames[service]} from npm`,
  download: (service) => `${serverNames[service]}, downloaded`,
  'stand-in': (service) => `a STAND-IN for ${serverNames[service]}, in memory`,
};

/** A server as a person would call it. */
export function describeServer(service: BackingService, way: WayName | undefined): string {
  return way ? places[way](service) : serverNames[service];
}

interface Chosen {
  readonly decisions: Decisions;
  readonly choices: readonly Choice[];
  /** How the previous server of the log was found, if the server has changed. */
  readonly previousLog: WayName | undefined;
}

/** One line each for log, delivery, commands and read models: what is used, and why. */
export function choiceLines({
  decisions,
  choices,
  previousLog,
}: Chosen): readonly (readonly [string, string])[] {
  const { delivery, commands, readStore } = decisions;
  const server = (service: BackingService) => {
    const { origin, isStandIn } = choices.find((choice) => choice.service === service)!;
    return describeServer(service, isStandIn ? 'stand-in' : origin);
  };
  const previous = (what: string | undefined) => (what === undefined ? '' : ` (was ${what})`);
  return [
    ['log', server('postgres') + previous(previousLog && describeServer('postgres', previousLog))],
    [
      'delivery',
      delivery.value === 'rabbitmq'
        ? server('rabbitmq') + previous(delivery.was && 'the log')
        : `the log itself${delivery.was ? previous('RabbitMQ') : why(delivery, 'rabbitmq')}`,
    ],
    [
      'commands',
      commands.value === 'rabbitmq'
        ? server('rabbitmq') + previous(commands.was && 'Postgres')
        : `the same Postgres${commands.was ? previous('RabbitMQ') : why(commands, 'rabbitmq')}`,
    ],
    [
      'read models',
      readStore.value === 'mongodb'
        ? server('mongodb') + previous(readStore.was && 'Postgres; filled again from the log')
        : `the same Postgres${readStore.was ? previous('MongoDB; filled again from the log') : why(readStore, 'mongodb')}`,
    ],
  ];
}

function why({ reason }: Decision<string>, service: BackingService): string {
  return {
    given: ', as the environment says',
    kept: ', as before',
    missing: `, since no ${serverNames[service]} was found`,
    found: '',
  }[reason];
}
