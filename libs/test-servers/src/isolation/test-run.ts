import { MissingServerError } from '../errors';
import type { BackingService } from '../infrastructure/infrastructure';
import type { CommandLine } from '../infrastructure/run-command';

/**
 * The variables with the servers of one test run. The test command, or Jest's global setup, writes them, and every
 * worker reads them. The URL of a server that the run does not have is missing.
 */
export const testRunVariables = {
  postgres: 'TIDEMARK_TEST_POSTGRES_URL',
  rabbitmq: 'TIDEMARK_TEST_RABBITMQ_URL',
  rabbitmqctl: 'TIDEMARK_TEST_RABBITMQCTL',
  mongodb: 'TIDEMARK_TEST_MONGODB_URL',
  mongodbIsStandIn: 'TIDEMARK_TEST_MONGODB_IS_STAND_IN',
  /** The names of the run's servers. Results that come from a cache depend on it. */
  servers: 'TIDEMARK_TEST_SERVERS',
} as const;

/** Variables that remove every server except Postgres from a test run. */
export const postgresAlone = {
  [testRunVariables.rabbitmq]: '',
  [testRunVariables.rabbitmqctl]: '',
  [testRunVariables.mongodb]: '',
  [testRunVariables.mongodbIsStandIn]: 'false',
  [testRunVariables.servers]: 'postgres',
} as const;

export interface TestRun {
  readonly urls: Readonly<Record<'postgres', string> & Partial<Record<BackingService, string>>>;
  /** How to call `rabbitmqctl` for the broker. Absent if that is not known. */
  readonly rabbitmqctl?: CommandLine;
  readonly mongodbIsStandIn: boolean;
}

const defaultPostgres = 'postgresql://postgres@127.0.0.1:5432/postgres';

/** The servers of this run. A test outside of a run gets the servers on localhost, with default credentials. */
export function testRun(): TestRun {
  const { postgres, rabbitmq, rabbitmqctl, mongodb, mongodbIsStandIn, servers } = testRunVariables;
  const control = process.env[rabbitmqctl];
  return {
    urls:
      process.env[servers] === undefined
        ? {
            postgres: defaultPostgres,
            rabbitmq: 'amqp://guest:guest@127.0.0.1:5672',
            mongodb: 'mongodb://127.0.0.1:27017/?directConnection=true',
          }
        : {
            postgres: process.env[postgres] ?? defaultPostgres,
            ...(process.env[rabbitmq] && { rabbitmq: process.env[rabbitmq] }),
            ...(process.env[mongodb] && { mongodb: process.env[mongodb] }),
          },
    ...(control && { rabbitmqctl: JSON.parse(control) as CommandLine }),
    mongodbIsStandIn: process.env[mongodbIsStandIn] === 'true',
  };
}

/**
 * The URL of a server of this run. If the run does not have the server, the test that asks for it is skipped. If a
 * `describe` block asks before its first test, all its tests are skipped.
 *
 * @throws MissingServerError
 */
export function testServer(service: BackingService): string {
  const url = testRun().urls[service];
  if (url === undefined) {
    throw new MissingServerError(service);
  }
  return url;
}

/** Whether this run has a server, for tests that run with or without it. */
export function hasTestServer(service: BackingService): boolean {
  return testRun().urls[service] !== undefined;
}
