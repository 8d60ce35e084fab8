import { messageKeysText, secretsOf } from '@tidemark/messaging';
import {
  amqpPrefix,
  amqpUrl,
  authSettings,
  count,
  durationMs,
  httpSettings,
  loadConfig,
  nodeEnvironment,
  postgresUrl,
  requireProductionKeys,
  secret,
  tracingSettings,
  type ConfigOf,
} from '@tidemark/platform';
import { paymentExpiryMs } from '@tidemark/payments';
import { z } from 'zod';

/** Every environment variable that the service reads. */
export const sections = {
  http: httpSettings({ defaultPort: 3001, defaultAdminPort: 4001 }),
  auth: authSettings(),
  tracing: tracingSettings(),
  store: z
    .object({
      DATABASE_URL: postgresUrl().describe('The log, as `tidemark_event_store_writer`'),
      DATABASE_POOL_SIZE: count({ default: 20, min: 2, max: 500 }).describe(
        'Connections to that database, at most. Writers that take turns on contended streams use half of them',
      ),
      DATABASE_ACQUIRE_TIMEOUT_MS: durationMs({ default: 2_000, min: 1 }).describe(
        'How long a request waits for a connection before it is refused',
      ),
      DATABASE_STATEMENT_TIMEOUT_MS: durationMs({ default: 5_000, min: 1 }).describe(
        'The server ends a statement that takes longer',
      ),
      CONFLICT_RETRIES: count({ default: 10, min: 0, max: 100 }).describe(
        'How often a command is decided again after a conflict',
      ),
    })
    .transform((env) => ({
      url: env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      acquireTimeoutMs: env.DATABASE_ACQUIRE_TIMEOUT_MS,
      statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT_MS,
      conflictRetries: env.CONFLICT_RETRIES,
    })),
  paymentProvider: z
    .object({
      PAYMENT_PROVIDER_DATABASE_URL: postgresUrl().describe(
        "The simulated provider's ledger, as `tidemark_payment_provider_runtime`",
      ),
      PAYMENT_PROVIDER_POOL_SIZE: count({ default: 5, max: 500 }).describe(
        'Connections to that database, at most',
      ),
      PAYMENT_PROVIDER_TIMEOUT_MS: durationMs({ default: 2_000, max: 60_000 }).describe(
        'How long the provider lets its caller wait when it times out',
      ),
    })
    .transform((env) => ({
      url: env.PAYMENT_PROVIDER_DATABASE_URL,
      poolSize: env.PAYMENT_PROVIDER_POOL_SIZE,
      timeoutMs: env.PAYMENT_PROVIDER_TIMEOUT_MS,
    })),
  payments: z
    .object({
      PAYMENT_EXPIRY_MS: durationMs({ default: paymentExpiryMs, min: 1_000, max: 7 * 86_400_000 }).describe(
        'How long a payment that was asked for may take; money that comes later is given back',
      ),
    })
    .transform((env) => ({ expiryMs: env.PAYMENT_EXPIRY_MS })),
  broker: z
    .object({
      NODE_ENV: nodeEnvironment(),
      AMQP_URL: amqpUrl().describe('RabbitMQ, with the virtual host'),
      MESSAGE_KEYS: secret(messageKeysText).describe(
        'Keys that it signs events with (owner `relay`) and verifies commands with (`process:order-fulfilment`)',
      ),
      AMQP_PREFIX: amqpPrefix().describe(
        'What the names of exchanges and queues start with; the same for all services',
      ),
      COMMAND_PREFETCH: count({ default: 16, max: 1_000 }).describe(
        'Commands from the broker that are worked on at once',
      ),
      COMMAND_MAX_ATTEMPTS: count({ default: 5, max: 100 }).describe(
        'Tries of a command from the broker before it is a dead letter',
      ),
    })
    .superRefine((env, context) => {
      const fault = requireProductionKeys(env.NODE_ENV, env.MESSAGE_KEYS, secretsOf);
      if (fault !== undefined) {
        context.addIssue({ code: 'custom', path: ['MESSAGE_KEYS'], message: fault });
      }
    })
    .transform((env) => ({
      url: env.AMQP_URL,
      messageKeys: env.MESSAGE_KEYS,
      prefix: env.AMQP_PREFIX,
      commandPrefetch: env.COMMAND_PREFETCH,
      commandMaxAttempts: env.COMMAND_MAX_ATTEMPTS,
    })),
  relay: z
    .object({
      RELAY_WINDOW_SIZE: count({ default: 500, max: 10_000 }).describe(
        'Events that are read and published before the next are',
      ),
      RELAY_POLL_INTERVAL_MS: durationMs({ default: 1_000, min: 1 }).describe(
        'How often the relay looks for events that no notification told of',
      ),
      LEASE_MS: durationMs({ default: 10_000, min: 100, max: 300_000 }).describe(
        'How long the partitions of a replica that died wait for another relay, at most',
      ),
      RELAY_DRAIN_TIMEOUT_MS: durationMs({ default: 2_000 }).describe(
        "How long a shutdown waits for what is being published; what is left is the next owner's",
      ),
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
