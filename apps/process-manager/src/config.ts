import { messageKeysText, secretsOf } from '@tidemark/messaging';
import {
  amqpPrefix,
  amqpUrl,
  authSettings,
  consumerSettings,
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
import { z } from 'zod';
import { defaultFulfilmentSettings } from './order-fulfilment/fulfilment-settings';

const dayMs = 86_400_000;

/** Every environment variable that the service reads. */
export const sections = {
  http: httpSettings({ defaultPort: 3004, defaultAdminPort: 4004 }),
  auth: authSettings(),
  tracing: tracingSettings(),
  store: z
    .object({
      DATABASE_URL: postgresUrl().describe(
        'The schema `process_manager`, as `tidemark_process_manager_runtime`',
      ),
      DATABASE_POOL_SIZE: count({ default: 20, min: 4, max: 500 }).describe(
        'Connections to that database, at most',
      ),
      DATABASE_STATEMENT_TIMEOUT_MS: durationMs({ default: 5_000, min: 1 }).describe(
        'The server ends a statement that takes longer',
      ),
    })
    .transform((env) => ({
      url: env.DATABASE_URL,
      poolSize: env.DATABASE_POOL_SIZE,
      statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT_MS,
    })),
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
  broker: z
    .object({
      NODE_ENV: nodeEnvironment(),
      AMQP_URL: amqpUrl().describe('RabbitMQ, with the virtual host'),
      MESSAGE_KEYS: secret(messageKeysText).describe(
        'Keys that it verifies events with (owner `relay`) and signs commands with (`process:order-fulfilment`)',
      ),
      AMQP_PREFIX: amqpPrefix().describe(
        'What the names of exchanges and queues start with; the same for all services',
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
    })),
  consumer: consumerSettings({ maxBatchIs: 'Events in one transaction, at most' }),
  commands: z
    .object({
      COMMAND_FIRST_RESEND_MS: durationMs({ default: 2_000, min: 10 }).describe(
        'How long an answer is waited for before the first resend; the wait doubles',
      ),
      COMMAND_MAX_RESEND_MS: durationMs({ default: 60_000, min: 10 }).describe(
        'The longest wait before a resend',
      ),
      COMMAND_PARK_AFTER_MS: durationMs({ default: 3_600_000, min: 100, max: 30 * dayMs }).describe(
        'How long a command may go unanswered, and be sent five times, before its fulfilment waits for a person',
      ),
      COMMAND_POLL_INTERVAL_MS: durationMs({ default: 500, min: 10, max: 60_000 }).describe(
        'How often commands that are due are looked for',
      ),
    })
    .transform((env) => ({
      firstResendMs: env.COMMAND_FIRST_RESEND_MS,
      maxResendMs: env.COMMAND_MAX_RESEND_MS,
      giveUpAfterMs: env.COMMAND_PARK_AFTER_MS,
      pollIntervalMs: env.COMMAND_POLL_INTERVAL_MS,
    })),
  timers: z
    .object({
      TIMER_POLL_INTERVAL_MS: durationMs({ default: 500, min: 10, max: 60_000 }).describe(
        'How often deadlines that have passed are looked for',
      ),
    })
    .transform((env) => ({ pollIntervalMs: env.TIMER_POLL_INTERVAL_MS })),
  fulfilment: z
    .object({
      DISPATCH_DEADLINE_MS: durationMs({
        default: defaultFulfilmentSettings.dispatchDeadlineMs,
        min: 1,
        max: 365 * dayMs,
      }).describe('How long a shipment may wait for its dispatch before it is flagged'),
      REFUND_ATTEMPTS: count({ default: defaultFulfilmentSettings.refundAttempts, max: 100 }).describe(
        'Tries of a refund before its fulfilment waits for a person',
      ),
      REFUND_RETRY_MS: durationMs({ default: defaultFulfilmentSettings.refundRetryMs, min: 1 }).describe(
        'The wait before a refund that failed is asked for again; it doubles',
      ),
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
