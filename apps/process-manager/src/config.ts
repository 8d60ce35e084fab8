import { messageKeysText, secretsOf } from '@tidemark/messaging';
import {
  amqpPrefix,
  authSettings,
  commandSettings,
  commandsFault,
  commandsOf,
  consumerSettings,
  count,
  deliveryFault,
  deliveryOf,
  deliverySettings,
  durationMs,
  eventLogSettings,
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
        'The maximum number of connections to that database',
      ),
      DATABASE_STATEMENT_TIMEOUT_MS: durationMs({ default: 5_000, min: 1 }).describe(
        'The server cancels a statement that takes longer',
      ),
    })
    .transform((env) => ({
      url: env.DATABASE_URL,
      maxConnections: env.DATABASE_POOL_SIZE,
      statementTimeoutMs: env.DATABASE_STATEMENT_TIMEOUT_MS,
    })),
  eventLog: eventLogSettings(),
  broker: z
    .object({
      NODE_ENV: nodeEnvironment(),
      ...deliverySettings(),
      ...commandSettings(),
      MESSAGE_KEYS: secret(messageKeysText).describe(
        'The keys to verify events with (owner `relay`) and to sign commands with (owner `process:order-fulfilment`)',
      ),
      AMQP_PREFIX: amqpPrefix().describe(
        'The prefix of the names of exchanges and queues. Must be the same for all services',
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
      const [delivery, commands] = [deliveryOf(env), commandsOf(env)];
      return {
        /** Absent if neither events nor commands need the broker. */
        url: delivery === 'rabbitmq' || commands === 'rabbitmq' ? env.AMQP_URL : undefined,
        messageKeys: env.MESSAGE_KEYS,
        prefix: env.AMQP_PREFIX,
        delivery,
        commands,
      };
    }),
  consumer: consumerSettings({
    maxBatchIs: 'The maximum number of events that are applied in one transaction',
  }),
  commands: z
    .object({
      COMMAND_FIRST_RESEND_MS: durationMs({ default: 2_000, min: 10 }).describe(
        'How long the process waits for an answer before it first resends a command. The wait doubles each time',
      ),
      COMMAND_MAX_RESEND_MS: durationMs({ default: 60_000, min: 10 }).describe(
        'The longest wait between two resends',
      ),
      COMMAND_PARK_AFTER_MS: durationMs({ default: 3_600_000, min: 100, max: 30 * dayMs }).describe(
        'How long a command may stay unanswered. After that, and after at least five sends, its fulfilment waits for an operator',
      ),
      COMMAND_POLL_INTERVAL_MS: durationMs({ default: 500, min: 10, max: 60_000 }).describe(
        'How often the process looks for commands that are due',
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
        'How often the process looks for deadlines that have passed',
      ),
    })
    .transform((env) => ({ pollIntervalMs: env.TIMER_POLL_INTERVAL_MS })),
  fulfilment: z
    .object({
      DISPATCH_DEADLINE_MS: durationMs({
        default: defaultFulfilmentSettings.dispatchDeadlineMs,
        min: 1,
        max: 365 * dayMs,
      }).describe(
        'How long a shipment may wait for its dispatch before its fulfilment is flagged as overdue',
      ),
      REFUND_ATTEMPTS: count({ default: defaultFulfilmentSettings.refundAttempts, max: 100 }).describe(
        'Attempts at a refund before its fulfilment waits for an operator',
      ),
      REFUND_RETRY_MS: durationMs({ default: defaultFulfilmentSettings.refundRetryMs, min: 1 }).describe(
        'The wait before a failed refund is requested again. It doubles each time',
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
