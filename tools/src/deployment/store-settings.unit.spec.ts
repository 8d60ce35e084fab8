import { serviceNames, type ServiceName } from '@tidemark/test-servers';
import { byDefault, servicesIn } from './compose.fixture';
import { configLoaders, serviceSettings } from './service-settings';

type Environment = Readonly<Record<string, string | undefined>>;

const small = servicesIn('docker-compose.small.yml');
const AMQP_URL = 'amqp://service:password@rabbitmq:5672';
const MONGODB_URL = 'mongodb://mongodb:27017/tidemark';

/** The environment in the small set-up, with changes in those settings that the service has. */
function environmentOf(name: ServiceName, changes: Environment): Record<string, string | undefined> {
  const given = Object.entries(small[name]!.environment!).map(([setting, value]) => [
    setting,
    byDefault(value),
  ]);
  const known = Object.entries(changes).filter(([setting]) =>
    serviceSettings[name].some((described) => described.name === setting),
  );
  return Object.fromEntries([...given, ...known]) as Record<string, string | undefined>;
}

const load = (name: ServiceName, changes: Environment) => configLoaders[name](environmentOf(name, changes));

/** What each service that has a choice has chosen. */
function choices(changes: Environment): Readonly<Record<'delivery' | 'commands' | 'readStore', string[]>> {
  const command = configLoaders['command-service'](environmentOf('command-service', changes));
  const projection = configLoaders['projection-service'](environmentOf('projection-service', changes));
  const query = configLoaders['query-service'](environmentOf('query-service', changes));
  const process = configLoaders['process-manager'](environmentOf('process-manager', changes));
  return {
    delivery: [
      command.broker.hasRelay ? 'rabbitmq' : 'log',
      projection.delivery.kind,
      process.broker.delivery,
    ],
    commands: [command.broker.commands, process.broker.commands],
    readStore: [projection.readStore.kind, query.readStore.kind],
  };
}

const chosen = (delivery: string, commands: string, readStore: string) => ({
  delivery: [delivery, delivery, delivery],
  commands: [commands, commands],
  readStore: [readStore, readStore],
});

describe('the stores of an installation', () => {
  it.each<[string, Environment, ReturnType<typeof chosen>]>([
    ['Postgres alone', {}, chosen('log', 'postgres', 'postgres')],
    ['the broker as soon as it has an address', { AMQP_URL }, chosen('rabbitmq', 'rabbitmq', 'postgres')],
    ['MongoDB as soon as it has an address', { MONGODB_URL }, chosen('log', 'postgres', 'mongodb')],
    ['both', { AMQP_URL, MONGODB_URL }, chosen('rabbitmq', 'rabbitmq', 'mongodb')],
    [
      'the log for events, if that is given',
      { AMQP_URL, DELIVERY: 'log' },
      chosen('log', 'rabbitmq', 'postgres'),
    ],
    [
      'Postgres for commands, if that is given',
      { AMQP_URL, COMMANDS: 'postgres' },
      chosen('rabbitmq', 'postgres', 'postgres'),
    ],
  ])('are %s, for all services', (_, changes, expected) => {
    expect(choices(changes)).toEqual(expected);
  });
});

const contradictions: readonly (readonly [string, Environment, readonly ServiceName[], string])[] = [
  [
    'events by a broker without an address',
    { DELIVERY: 'rabbitmq' },
    ['command-service', 'projection-service', 'process-manager'],
    'DELIVERY: `rabbitmq` needs an AMQP_URL; set one, or set DELIVERY=log',
  ],
  [
    'commands by a broker without an address',
    { COMMANDS: 'rabbitmq' },
    ['command-service', 'process-manager'],
    'COMMANDS: `rabbitmq` needs an AMQP_URL; set one, or set COMMANDS=postgres',
  ],
  [
    'a broker without keys for its messages',
    { AMQP_URL, MESSAGE_KEYS: undefined },
    ['command-service', 'projection-service', 'process-manager'],
    'MESSAGE_KEYS: ',
  ],
  [
    'read models in a MongoDB without an address',
    { READ_STORE: 'mongodb' },
    ['projection-service', 'query-service'],
    'MONGODB_URL: required, because READ_STORE is mongodb',
  ],
  [
    'read models in Postgres, with the address of a MongoDB',
    { READ_STORE: 'postgres', MONGODB_URL },
    ['projection-service', 'query-service'],
    'READ_STORE: is postgres, but MONGODB_URL is set as well; remove one of the two',
  ],
  [
    'read models nowhere',
    { READ_STORE_DATABASE_URL: undefined },
    ['projection-service', 'query-service'],
    'READ_STORE_DATABASE_URL: required, unless MONGODB_URL is set',
  ],
];

describe.each(contradictions)('%s', (_, changes, refusing, sentence) => {
  it.each(refusing)('is refused by %s', (name) => {
    expect(() => load(name, changes)).toThrow(sentence);
  });

  it('is nothing that another service has to know', () => {
    for (const name of serviceNames.filter((each) => !refusing.includes(each))) {
      expect(() => load(name, changes)).not.toThrow();
    }
  });
});
