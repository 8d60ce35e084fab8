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
  tracingSettings,
  type ConfigOf,
} from '@tidemark/platform';
import { z } from 'zod';

/** Every environment variable that the service reads. */
export const sections = {
  http: httpSettings({ defaultPort: 3003 }),
  auth: authSettings(),
  tracing: tracingSettings(),
  eventLog: z
    .object({
      EVENT_STORE_DATABASE_URL: postgresUrl().describe(
        'The log, as `tidemark_event_store_reader`, which may read it and nothing else',
      ),
      EVENT_STORE_MAX_CONNECTIONS: count({ default: 5, max: 100 }).describe(
        'Connections to the log, at most',
      ),
    })
    .transform((env) => ({
      url: env.EVENT_STORE_DATABASE_URL,
      maxConnections: env.EVENT_STORE_MAX_CONNECTIONS,
    })),
  readStore: z
    .object({
      MONGODB_URL: mongodbUrl().describe('The read models, which it writes'),
      MONGODB_MAX_CONNECTIONS: count({ default: 20, max: 1_000 }).describe('Connections to MongoDB, at most'),
    })
    .transform((env) => ({ url: env.MONGODB_URL, maxConnections: env.MONGODB_MAX_CONNECTIONS })),
  broker: z
    .object({
      AMQP_URL: amqpUrl().describe('RabbitMQ, with the virtual host'),
      AMQP_PREFIX: amqpPrefix().describe(
        'What the names of exchanges and queues start with; the same for all services',
      ),
    })
    .transform((env) => ({ url: env.AMQP_URL, prefix: env.AMQP_PREFIX })),
  consumer: z
    .object({
      LEASE_MS: durationMs({ default: 10_000, min: 500, max: 300_000 }).describe(
        'How long the partitions of a replica that died stand still, at most',
      ),
      IDLE_CHECK_MS: durationMs({ default: 1_000, min: 50, max: 60_000 }).describe(
        'How often an idle partition is compared with the log',
      ),
      MAX_BATCH: count({ default: 200, max: 10_000 }).describe(
        'Events that are folded and written at once, at most',
      ),
      PREFETCH: count({ default: 256, max: 65_535 }).describe('Unacknowledged messages per partition'),
      HANDLER_TIMEOUT_MS: durationMs({ default: 30_000, min: 100, max: 3_600_000 }).describe(
        'How long a batch may take before the attempt counts as failed',
      ),
      PARK_AFTER_ATTEMPTS: count({ default: 10, max: 1_000 }).describe(
        'Tries of one event before its stream is parked; with the default waits between them, half a minute or so',
      ),
      PARK_AFTER_PROCESS_ENDS: count({ default: 3, max: 100 }).describe(
        'Processes that may end while they work on an event before its stream is parked',
      ),
      RETRY_MIN_BACKOFF_MS: durationMs({ default: 100, min: 1, max: 60_000 }).describe(
        'The wait after a failure; it doubles',
      ),
      RETRY_MAX_BACKOFF_MS: durationMs({ default: 10_000, min: 1, max: 600_000 }).describe(
        'The longest wait after a failure',
      ),
    })
    .transform((env) => ({
      leaseMs: env.LEASE_MS,
      idleCheckMs: env.IDLE_CHECK_MS,
      maxBatch: env.MAX_BATCH,
      prefetch: env.PREFETCH,
      handlerTimeoutMs: env.HANDLER_TIMEOUT_MS,
      maxAttempts: env.PARK_AFTER_ATTEMPTS,
      maxProcessEnds: env.PARK_AFTER_PROCESS_ENDS,
      minBackoffMs: env.RETRY_MIN_BACKOFF_MS,
      maxBackoffMs: env.RETRY_MAX_BACKOFF_MS,
    })),
  generations: z
    .object({
      GENERATION_CHECK_MS: durationMs({ default: 500, min: 20, max: 60_000 }).describe(
        'How often a replica looks what there is to do for generations and rebuilds',
      ),
      REBUILD_PAGE_SIZE: count({ default: 500, max: 10_000 }).describe(
        'Events of a partition that a rebuild reads and folds at once',
      ),
      REBUILD_PAGES_AT_ONCE: count({ default: 2, max: 1_000 }).describe(
        'Partitions that a replica works on at a time for rebuilds: more is faster, and felt by those who read',
      ),
      KEEP_PREVIOUS_GENERATION_MS: durationMs({ default: 86_400_000, max: 2_592_000_000 }).describe(
        'How long what was live before a flip is kept current, for the way back',
      ),
      DROP_GENERATION_AFTER_MS: durationMs({ default: 60_000, min: 10_000 }).describe(
        'How long after that its collection is dropped: longer than any reader may believe in it',
      ),
      VERIFY_INTERVAL_MS: durationMs({ default: 30_000, min: 100 }).describe(
        'The pause between two samples of documents that are compared with the log',
      ),
      VERIFY_SAMPLE_SIZE: count({ default: 20, max: 1_000 }).describe('Documents in a sample'),
      VERIFY_REST_MS: durationMs({ default: 50, max: 10_000 }).describe(
        'The rest after each page of the log that a sample reads, for the sake of those who wait for it',
      ),
    })
    .transform((env) => ({
      keepIntervalMs: env.GENERATION_CHECK_MS,
      pageSize: env.REBUILD_PAGE_SIZE,
      pagesAtOnce: env.REBUILD_PAGES_AT_ONCE,
      keepPreviousMs: env.KEEP_PREVIOUS_GENERATION_MS,
      dropAfterMs: env.DROP_GENERATION_AFTER_MS,
      verifyIntervalMs: env.VERIFY_INTERVAL_MS,
      verifySampleSize: env.VERIFY_SAMPLE_SIZE,
      verifyRestMs: env.VERIFY_REST_MS,
    })),
};

export type ProjectionServiceConfig = ConfigOf<typeof sections>;

/** @throws ConfigurationError with one line per fault */
export function loadProjectionServiceConfig(env: NodeJS.ProcessEnv): ProjectionServiceConfig {
  return loadConfig(sections, env);
}
