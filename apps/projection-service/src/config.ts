import {
  amqpPrefix,
  amqpUrl,
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
  http: httpSettings({ defaultPort: 3003 }),
  auth: authSettings(),
  eventLog: z
    .object({
      EVENT_STORE_DATABASE_URL: postgresUrl(),
      EVENT_STORE_MAX_CONNECTIONS: count({ default: 5, max: 100 }),
    })
    .transform((env) => ({
      /** Of a user that may read the log and nothing else. */
      url: env.EVENT_STORE_DATABASE_URL,
      maxConnections: env.EVENT_STORE_MAX_CONNECTIONS,
    })),
  readStore: z
    .object({
      MONGODB_URL: mongodbUrl(),
      MONGODB_MAX_CONNECTIONS: count({ default: 20, max: 1_000 }),
    })
    .transform((env) => ({ url: env.MONGODB_URL, maxConnections: env.MONGODB_MAX_CONNECTIONS })),
  broker: z
    .object({ AMQP_URL: amqpUrl(), AMQP_PREFIX: amqpPrefix() })
    .transform((env) => ({ url: env.AMQP_URL, prefix: env.AMQP_PREFIX })),
  consumer: z
    .object({
      LEASE_MS: durationMs({ default: 10_000, min: 500, max: 300_000 }),
      IDLE_CHECK_MS: durationMs({ default: 1_000, min: 50, max: 60_000 }),
      MAX_BATCH: count({ default: 200, max: 10_000 }),
      PREFETCH: count({ default: 256, max: 65_535 }),
      HANDLER_TIMEOUT_MS: durationMs({ default: 30_000, min: 100, max: 3_600_000 }),
      PARK_AFTER_ATTEMPTS: count({ default: 10, max: 1_000 }),
      PARK_AFTER_PROCESS_ENDS: count({ default: 3, max: 100 }),
      RETRY_MIN_BACKOFF_MS: durationMs({ default: 100, min: 1, max: 60_000 }),
      RETRY_MAX_BACKOFF_MS: durationMs({ default: 10_000, min: 1, max: 600_000 }),
    })
    .transform((env) => ({
      /** How long the partitions of a replica that died stand still, at most. */
      leaseMs: env.LEASE_MS,
      /** How often an idle partition is compared with the log. */
      idleCheckMs: env.IDLE_CHECK_MS,
      /** Events that are folded and written at once, at most. */
      maxBatch: env.MAX_BATCH,
      /** Unacknowledged messages per partition. */
      prefetch: env.PREFETCH,
      /** How long a batch may take before the attempt counts as failed. */
      handlerTimeoutMs: env.HANDLER_TIMEOUT_MS,
      /** Tries of one event before its stream is parked; with the default waits between them, half a minute or so. */
      maxAttempts: env.PARK_AFTER_ATTEMPTS,
      /** Processes that may end while they work on an event before its stream is parked. */
      maxProcessEnds: env.PARK_AFTER_PROCESS_ENDS,
      /** The wait after a failure; it doubles up to `maxBackoffMs`. */
      minBackoffMs: env.RETRY_MIN_BACKOFF_MS,
      maxBackoffMs: env.RETRY_MAX_BACKOFF_MS,
    })),
};

export type ProjectionServiceConfig = ConfigOf<typeof sections>;

/** @throws ConfigurationError with one line per fault */
export function loadProjectionServiceConfig(env: NodeJS.ProcessEnv): ProjectionServiceConfig {
  return loadConfig(sections, env);
}
