import type { SetUp } from './installation-record';

type Environment = Readonly<Record<string, string | undefined>>;

const values = {
  DELIVERY: ['rabbitmq', 'log'],
  COMMANDS: ['rabbitmq', 'postgres'],
  READ_STORE: ['mongodb', 'postgres'],
} as const;

const small: SetUp = { delivery: 'log', commands: 'postgres', readStore: 'postgres' };
const full: SetUp = { delivery: 'rabbitmq', commands: 'rabbitmq', readStore: 'mongodb' };

/**
 * The set-up that the environment asks for. The services' own settings `DELIVERY`, `COMMANDS` and `READ_STORE` decide
 * first, then `AMQP_URL` and `MONGODB_URL`, then `TIDEMARK_SETUP`. Its value `small` is Postgres alone; `full` adds
 * RabbitMQ and MongoDB.
 *
 * @throws RangeError for a value that no service takes, and for values that contradict each other
 */
export function wantedSetUp(environment: Environment): Partial<SetUp> {
  const { AMQP_URL, MONGODB_URL, TIDEMARK_SETUP } = environment;
  const setUp: Partial<SetUp> = TIDEMARK_SETUP === 'small' ? small : TIDEMARK_SETUP === 'full' ? full : {};
  const wanted = {
    delivery: valueOf('DELIVERY', environment) ?? (AMQP_URL ? 'rabbitmq' : setUp.delivery),
    commands: valueOf('COMMANDS', environment) ?? (AMQP_URL ? 'rabbitmq' : setUp.commands),
    readStore: valueOf('READ_STORE', environment) ?? (MONGODB_URL ? 'mongodb' : setUp.readStore),
  };
  if (wanted.readStore === 'postgres' && MONGODB_URL) {
    throw new RangeError('READ_STORE is postgres, but MONGODB_URL is set as well; remove one of the two');
  }
  if (wanted.delivery === 'log' && wanted.commands === 'postgres' && AMQP_URL) {
    throw new RangeError(
      'AMQP_URL is set, but DELIVERY and COMMANDS use no broker; remove AMQP_URL or the two',
    );
  }
  return {
    ...(wanted.delivery && { delivery: wanted.delivery }),
    ...(wanted.commands && { commands: wanted.commands }),
    ...(wanted.readStore && { readStore: wanted.readStore }),
  };
}

function valueOf<Name extends keyof typeof values>(
  name: Name,
  environment: Environment,
): (typeof values)[Name][number] | undefined {
  const value = environment[name];
  if (!value) {
    return undefined;
  }
  const known: readonly string[] = values[name];
  if (!known.includes(value)) {
    throw new RangeError(`${name}: expected ${known.join(' or ')}, not ${value}`);
  }
  return value as (typeof values)[Name][number];
}
