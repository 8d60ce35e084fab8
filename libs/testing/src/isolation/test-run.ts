import type { CommandLine } from '../infrastructure/run-command';

/**
 * The variables with the servers of one test run. The test command, or Jest's global setup, writes them, and every
 * worker reads them.
 */
export const testRunVariables = {
  postgres: 'TIDEMARK_TEST_POSTGRES_URL',
  rabbitmq: 'TIDEMARK_TEST_RABBITMQ_URL',
  rabbitmqctl: 'TIDEMARK_TEST_RABBITMQCTL',
  mongodb: 'TIDEMARK_TEST_MONGODB_URL',
  mongodbIsStandIn: 'TIDEMARK_TEST_MONGODB_IS_STAND_IN',
} as const;

export interface TestRun {
  readonly urls: { readonly postgres: string; readonly rabbitmq: string; readonly mongodb: string };
  /** How to call `rabbitmqctl` for the broker. Absent if that is not known. */
  readonly rabbitmqctl?: CommandLine;
  readonly mongodbIsStandIn: boolean;
}

/** The servers of this run. A test outside of a run gets the servers on localhost, with default credentials. */
export function testRun(): TestRun {
  const { postgres, rabbitmq, rabbitmqctl, mongodb, mongodbIsStandIn } = testRunVariables;
  const control = process.env[rabbitmqctl];
  return {
    urls: {
      postgres: process.env[postgres] ?? 'postgresql://postgres@127.0.0.1:5432/postgres',
      rabbitmq: process.env[rabbitmq] ?? 'amqp://guest:guest@127.0.0.1:5672',
      mongodb: process.env[mongodb] ?? 'mongodb://127.0.0.1:27017/?directConnection=true',
    },
    ...(control !== undefined && { rabbitmqctl: JSON.parse(control) as CommandLine }),
    mongodbIsStandIn: process.env[mongodbIsStandIn] === 'true',
  };
}
