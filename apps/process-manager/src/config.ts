import {
  amqpPrefix,
  amqpUrl,
  authSettings,
  count,
  durationMs,
  httpSettings,
  loadConfig,
  postgresUrl,
  type ConfigOf,
} from '@tidemark/platform';
import { z } from 'zod';
import { defaultFulfilmentSettings } from './order-fulfilment/fulfilment-settings';

const dayMs = 86_400_000;

const sections = {
  http: httpSettings({ defaultPort: 3004 }),
  auth: authSettings(),
  /** The schema `process_manager`, as `tidemark_process_manager_runtime`. */
  store: z
    .object({ DATABASE_URL: postgresUrl(), DATABASE_POOL_SIZE: count({ default: 20, min: 4, max: 500 }) })
    .transform((env) => ({ url: env.DATABASE_URL, poolSize: env.DATABASE_POOL_SIZE })),
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
      /** Events in one transaction, at most. */
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
  commands: z
    .object({
      COMMAND_FIRST_RESEND_MS: durationMs({ default: 2_000, min: 10 }),
      COMMAND_MAX_RESEND_MS: durationMs({ default: 60_000, min: 10 }),
      COMMAND_PARK_AFTER_MS: durationMs({ default: 3_600_000, min: 100, max: 30 * dayMs }),
      COMMAND_POLL_INTERVAL_MS: durationMs({ default: 500, min: 10, max: 60_000 }),
    })
    .transform((env) => ({
      /** How long an answer is waited for before the first resend; the wait doubles up to `maxResendMs`. */
      firstResendMs: env.COMMAND_FIRST_RESEND_MS,
      maxResendMs: env.COMMAND_MAX_RESEND_MS,
      /** How long a command may go unanswered before its fulfilment waits for a person. */
      parkAfterMs: env.COMMAND_PARK_AFTER_MS,
      pollIntervalMs: env.COMMAND_POLL_INTERVAL_MS,
    })),
  timers: z
    .object({ TIMER_POLL_INTERVAL_MS: durationMs({ default: 500, min: 10, max: 60_000 }) })
    .transform((env) => ({ pollIntervalMs: env.TIMER_POLL_INTERVAL_MS })),
  fulfilment: z
    .object({
      DISPATCH_DEADLINE_MS: durationMs({
        default: defaultFulfilmentSettings.dispatchDeadlineMs,
        min: 1,
        max: 365 * dayMs,
      }),
      REFUND_ATTEMPTS: count({ default: defaultFulfilmentSettings.refundAttempts, max: 100 }),
      REFUND_RETRY_MS: durationMs({ default: defaultFulfilmentSettings.refundRetryMs, min: 1 }),
    })
    .transform((env) => ({
      dispatchDeadlineMs: env.DISPATCH_DEADLINE_MS,
      refundAttempts: env.REFUND_ATTEMPTS,
      refundRetryMs: env.REFUND_RETRY_MS,
    })),
};

export type ProcessManagerConfig = ConfigOf<typeof sections>;

/** @throws ConfigurationError with one line per fault */
export function loadProcessManagerConfig(env: NodeJS.ProcessEnv): ProcessManagerConfig {
  return loadConfig(sections, env);
}
