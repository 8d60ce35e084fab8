import { messageKeysText, secretsOf } from '@tidemark/messaging';
import {
  amqpPrefix,
  authSettings,
  commandSettings,
  commandsFault,
  commandsOf,
  count,
  deliveryFault,
  deliveryOf,
  deliverySettings,
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
      DATABASE_URL: postgresUrl().describe(
        'The log, as `tidemark_event_store_writer`. With `COMMANDS=postgres` also as `tidemark_command_queue_receiver`',
      ),
      DATABASE_POOL_SIZE: count({ default: 20, min: 2, max: 500 }).describe(
        'The maximum number of connections to that database. Writers that wait in turn for a contended stream use at most half of them',
      ),
      DATABASE_ACQUIRE_TIMEOUT_MS: durationMs({ default: 2_000, min: 1 }).describe(
        'How long a request waits for a connection before the service refuses it',
      ),
      DATABASE_STATEMENT_TIMEOUT_MS: durationMs({ default: 5_000, min: 1 }).describe(
        'The server cancels a statement that takes longer',
      ),
      CONFLICT_RETRIES: count({ default: 10, min: 0, max: 100 }).describe(
        'How often a command is decided again after a conflict with another append',
      ),
    })
    .transform((env) => ({
      url: env.DATABASE_URL,
      maxConnections: env.DATABASE_POOL_SIZE,
      acquireTimeoutMs: env.DATABASE_ACQUIRE_TIMEOUT_MS,
      statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT_MS,
      conflictRetries: env.CONFLICT_RETRIES,
    })),
  paymentProvider: z
    .object({
      PAYMENT_PROVIDER_DATABASE_URL: postgresUrl().describe(
        'The ledger of the simulated payment provider, as `tidemark_payment_provider_runtime`',
      ),
      PAYMENT_PROVIDER_POOL_SIZE: count({ default: 5, max: 500 }).describe(
        'The maximum number of connections to that database',
      ),
      PAYMENT_PROVIDER_TIMEOUT_MS: durationMs({ default: 2_000, max: 60_000 }).describe(
        'How long the simulated provider keeps its caller waiting when it simulates a time-out',
      ),
    })
    .transform((env) => ({
      url: env.PAYMENT_PROVIDER_DATABASE_URL,
      maxConnections: env.PAYMENT_PROVIDER_POOL_SIZE,
      timeoutMs: env.PAYMENT_PROVIDER_TIMEOUT_MS,
    })),
  payments: z
    .object({
      PAYMENT_EXPIRY_MS: durationMs({ default: paymentExpiryMs, min: 1_000, max: 7 * 86_400_000 }).describe(
        'How long a requested payment may take. Money that arrives later is refunded',
      ),
    })
    .transform((env) => ({ expiryMs: env.PAYMENT_EXPIRY_MS })),
  broker: z
    .object({
      NODE_ENV: nodeEnvironment(),
      ...deliverySettings(),
      ...commandSettings(),
      MESSAGE_KEYS: secret(messageKeysText).describe(
        'The keys to sign events with (owner `relay`) and to verify commands with (owner `process:order-fulfilment`)',
      ),
      AMQP_PREFIX: amqpPrefix().describe(
        'The prefix of the names of exchanges and queues. Must be the same for all services',
      ),
      COMMAND_PREFETCH: count({ default: 16, max: 1_000 }).describe(
        'The maximum number of commands of one stream type that are handled at once',
      ),
      COMMAND_MAX_ATTEMPTS: count({ default: 5, max: 100 }).describe(
        'Attempts at a command of a process before it becomes a dead letter',
      ),
    })
    .superRefine((env, context) => {
      for (const [setting, message] of [
        ['DELIVERY', deliveryFault(env)],
        ['COMMANDS', commandsFault(env)],
        ['MESSAGE_KEYS', requireProductionKeys(env.NODE_ENV, env.MESSAGE_KEYS, secretsOf)],
      ] as const) {
        if (message) {
          context.addIssue({ code: 'custom', path: [setting], message });
        }
      }
    })
    .transform((env) => {
      /** Whether consumers get their events from the broker, so that the events must be relayed. */
      const hasRelay = deliveryOf(env) === 'rabbitmq';
      const commands = commandsOf(env);
      return {
        /** Absent if neither events nor commands need the broker. */
        url: hasRelay || commands === 'rabbitmq' ? env.AMQP_URL : undefined,
        messageKeys: env.MESSAGE_KEYS,
        prefix: env.AMQP_PREFIX,
        hasRelay,
        commands,
        commandPrefetch: env.COMMAND_PREFETCH,
        commandMaxAttempts: env.COMMAND_MAX_ATTEMPTS,
      };
    }),
  relay: z
    .object({
      RELAY_WINDOW_SIZE: count({ default: 500, max: 10_000 }).describe(
        'The maximum number of events that the relay reads and publishes at once',
      ),
      RELAY_POLL_INTERVAL_MS: durationMs({ default: 1_000, min: 1 }).describe(
        'How often the relay looks for events that no notification announced',
      ),
      LEASE_MS: durationMs({ default: 10_000, min: 100, max: 300_000 }).describe(
        'The longest time that a partition, or a command in a queue in Postgres, waits for a new owner after its replica died',
      ),
      RELAY_DRAIN_TIMEOUT_MS: durationMs({ default: 2_000 }).describe(
        'How long a shutdown waits for events that are being published. The next owner publishes the rest',
      ),
    })
    .transform((env) => ({
      windowSize: env.RELAY_WINDOW_SIZE,
      pollIntervalMs: env.RELAY_POLL_INTERVAL_MS,
      leaseMs: env.LEASE_MS,
      drainTimeoutMs: env.RELAY_DRAIN_TIMEOUT_MS,
    })),
};

export type CommandServiceConfig = ConfigOf<typeof sections>;

/** @throws ConfigurationError with one fault per variable */
export function loadCommandServiceConfig(env: NodeJS.ProcessEnv): CommandServiceConfig {
  return loadConfig(sections, env);
}
