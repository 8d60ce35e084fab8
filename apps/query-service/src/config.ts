import {
  authSettings,
  durationMs,
  eventLogSettings,
  httpSettings,
  loadConfig,
  readStoreSettings,
  tracingSettings,
  type ConfigOf,
} from '@tidemark/platform';
import { z } from 'zod';

/** Every environment variable that the service reads. */
export const sections = {
  http: httpSettings({ defaultPort: 3002, defaultAdminPort: 4002 }),
  auth: authSettings(),
  tracing: tracingSettings(),
  readStore: readStoreSettings({
    access: 'reads',
    role: 'tidemark_read_models_reader',
    maxConnections: { mongodb: 50, postgres: 20 },
  }),
  queries: z
    .object({
      QUERY_TIMEOUT_MS: durationMs({ default: 2_000, min: 1, max: 60_000 }).describe(
        'The server cancels a query of the read models that takes longer',
      ),
    })
    .transform((env) => ({
      timeLimitMs: env.QUERY_TIMEOUT_MS,
    })),
  eventLog: eventLogSettings(),
  history: z
    .object({
      HISTORY_TIMEOUT_MS: durationMs({ default: 5_000, min: 1, max: 60_000 }).describe(
        'The server cancels a statement on the log that takes longer',
      ),
    })
    .transform((env) => ({ timeoutMs: env.HISTORY_TIMEOUT_MS })),
  readYourWrites: z
    .object({
      READ_YOUR_WRITES_TIMEOUT_MS: durationMs({ default: 5_000, max: 20_000 }).describe(
        'How long a read waits for the writes that its consistency token names before it answers `read_model_behind`',
      ),
    })
    .transform((env) => ({
      timeoutMs: env.READ_YOUR_WRITES_TIMEOUT_MS,
    })),
};

export type QueryServiceConfig = ConfigOf<typeof sections>;

/** @throws ConfigurationError with one line per fault */
export function loadQueryServiceConfig(env: NodeJS.ProcessEnv): QueryServiceConfig {
  return loadConfig(sections, env);
}
