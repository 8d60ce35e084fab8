import {
  authSettings,
  count,
  durationMs,
  httpSettings,
  loadConfig,
  mongodbUrl,
  postgresUrl,
  type ConfigOf,
} from '@tidemark/platform';
import { z } from 'zod';

const sections = {
  http: httpSettings({ defaultPort: 3002 }),
  auth: authSettings(),
  readStore: z
    .object({
      MONGODB_URL: mongodbUrl(),
      MONGODB_MAX_CONNECTIONS: count({ default: 50, max: 1_000 }),
      QUERY_TIMEOUT_MS: durationMs({ default: 2_000, min: 1, max: 60_000 }),
    })
    .transform((env) => ({
      url: env.MONGODB_URL,
      maxConnections: env.MONGODB_MAX_CONNECTIONS,
      /** The server ends a query on the read models that takes longer. */
      queryTimeoutMs: env.QUERY_TIMEOUT_MS,
    })),
  eventLog: z
    .object({
      EVENT_STORE_DATABASE_URL: postgresUrl(),
      EVENT_STORE_MAX_CONNECTIONS: count({ default: 5, max: 100 }),
      HISTORY_TIMEOUT_MS: durationMs({ default: 5_000, min: 1, max: 60_000 }),
    })
    .transform((env) => ({
      url: env.EVENT_STORE_DATABASE_URL,
      maxConnections: env.EVENT_STORE_MAX_CONNECTIONS,
      /** The server ends a statement on the event store that takes longer. */
      statementTimeoutMs: env.HISTORY_TIMEOUT_MS,
    })),
  readYourWrites: z
    .object({ READ_YOUR_WRITES_TIMEOUT_MS: durationMs({ default: 5_000, max: 20_000 }) })
    .transform((env) => ({
      /** How long a read waits for what its consistency token names before it answers `read_model_behind`. */
      timeoutMs: env.READ_YOUR_WRITES_TIMEOUT_MS,
    })),
};

export type QueryServiceConfig = ConfigOf<typeof sections>;

/** @throws ConfigurationError with one line per fault */
export function loadQueryServiceConfig(env: NodeJS.ProcessEnv): QueryServiceConfig {
  return loadConfig(sections, env);
}
