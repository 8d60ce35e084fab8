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

const sections = {
  http: httpSettings({ defaultPort: 3001 }),
  auth: authSettings(),
  /** The event store, as `tidemark_event_store_writer`. */
  store: z
    .object({
      DATABASE_URL: postgresUrl(),
      DATABASE_POOL_SIZE: count({ default: 20, max: 500 }),
      CONFLICT_RETRIES: count({ default: 10, min: 0, max: 100 }),
    })
    .transform((env) => ({
      url: env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      conflictRetries: env.CONFLICT_RETRIES,
    })),
  /** The simulated provider's ledger, as `tidemark_payment_provider_runtime`. */
  paymentProvider: z
    .object({
      PAYMENT_PROVIDER_DATABASE_URL: postgresUrl(),
      PAYMENT_PROVIDER_POOL_SIZE: count({ default: 5, max: 500 }),
      PAYMENT_PROVIDER_TIMEOUT_MS: durationMs({ default: 2_000, max: 60_000 }),
    })
    .transform((env) => ({
      url: env.PAYMENT_PROVIDER_DATABASE_URL,
      poolSize: env.PAYMENT_PROVIDER_POOL_SIZE,
      timeoutMs: env.PAYMENT_PROVIDER_TIMEOUT_MS,
    })),
  broker: z
    .object({
      AMQP_URL: amqpUrl(),
      AMQP_PREFIX: amqpPrefix(),
      COMMAND_PREFETCH: count({ default: 16, max: 1_000 }),
      COMMAND_MAX_ATTEMPTS: count({ default: 5, max: 100 }),
    })
    .transform((env) => ({
      url: env.AMQP_URL,
      prefix: env.AMQP_PREFIX,
      commandPrefetch: env.COMMAND_PREFETCH,
      commandMaxAttempts: env.COMMAND_MAX_ATTEMPTS,
    })),
  relay: z
    .object({
      RELAY_WINDOW_SIZE: count({ default: 500, max: 10_000 }),
      RELAY_POLL_INTERVAL_MS: durationMs({ default: 1_000, min: 1 }),
      LEASE_MS: durationMs({ default: 10_000, min: 100 }),
      RELAY_DRAIN_TIMEOUT_MS: durationMs({ default: 2_000 }),
    })
    .transform((env) => ({
      windowSize: env.RELAY_WINDOW_SIZE,
      pollIntervalMs: env.RELAY_POLL_INTERVAL_MS,
      leaseMs: env.LEASE_MS,
      drainTimeoutMs: env.RELAY_DRAIN_TIMEOUT_MS,
    })),
};

export type Config = ConfigOf<typeof sections>;

/** @throws ConfigurationError with one fault per variable */
export function loadCommandServiceConfig(env: NodeJS.ProcessEnv): Config {
  return loadConfig(sections, env);
}
