import { messageKeysText, secretsOf } from '@tidemark/messaging';
import {
  amqpPrefix,
  authSettings,
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
  readStoreSettings,
  requireProductionKeys,
  secret,
  tracingSettings,
  type ConfigOf,
} from '@tidemark/platform';
import { z } from 'zod';

/** Every environment variable that the service reads. */
export const sections = {
  http: httpSettings({ defaultPort: 3003, defaultAdminPort: 4003 }),
  auth: authSettings(),
  tracing: tracingSettings(),
  eventLog: eventLogSettings(),
  readStore: readStoreSettings({
    access: 'writes',
    role: 'tidemark_read_models_writer',
    maxConnections: { mongodb: 20, postgres: 20 },
  }),
  delivery: z
    .object({
      NODE_ENV: nodeEnvironment(),
      ...deliverySettings(),
      MESSAGE_KEYS: secret(messageKeysText)
        .optional()
        .describe('The keys to verify events with (owner `relay`). Needed unless `DELIVERY` is `log`'),
      AMQP_PREFIX: amqpPrefix().describe(
        'The prefix of the names of exchanges and queues. Must be the same for all services',
      ),
    })
    .superRefine((env, context) => {
      const isByBroker = deliveryOf(env) === 'rabbitmq';
      const keyFault = env.MESSAGE_KEYS
        ? requireProductionKeys(env.NODE_ENV, env.MESSAGE_KEYS, secretsOf)
        : isByBroker && "events from the broker can't be verified without keys";
      for (const [setting, message] of [
        ['DELIVERY', deliveryFault(env)],
        ['MESSAGE_KEYS', keyFault],
      ] as const) {
        if (message) {
          context.addIssue({ code: 'custom', path: [setting], message });
        }
      }
    })
    .transform((env) =>
      deliveryOf(env) === 'log'
        ? ({ kind: 'log' } as const)
        : ({
            kind: 'rabbitmq',
            url: env.AMQP_URL!,
            messageKeys: env.MESSAGE_KEYS!,
            prefix: env.AMQP_PREFIX,
          } as const),
    ),
  consumer: consumerSettings({
    maxBatchIs: 'The maximum number of events that are folded and written at once',
  }),
  generations: z
    .object({
      GENERATION_CHECK_MS: durationMs({ default: 500, min: 20, max: 60_000 }).describe(
        'How often a replica checks whether generations or rebuilds need work',
      ),
      REBUILD_PAGE_SIZE: count({ default: 200, max: 10_000 }).describe(
        'The maximum number of events of a partition that a rebuild reads and folds at once',
      ),
      REBUILD_PAGES_AT_ONCE: count({ default: 1, max: 1_000 }).describe(
        'The maximum number of partitions that a replica rebuilds at once. A higher value makes rebuilds faster and queries slower',
      ),
      REBUILD_REST_PERCENT: count({ default: 200, min: 0, max: 10_000 }).describe(
        'The pause after each page of a rebuild, in percent of the time that the page took. A lower value makes rebuilds faster and queries slower',
      ),
      KEEP_PREVIOUS_GENERATION_MS: durationMs({ default: 86_400_000, max: 2_592_000_000 }).describe(
        'How long the previous generation is kept up to date, so that a rollback can make it live again',
      ),
      DROP_GENERATION_AFTER_MS: durationMs({ default: 60_000, min: 10_000 }).describe(
        'The wait between the end of `KEEP_PREVIOUS_GENERATION_MS` and the removal of the generation. Must be longer than the longest query',
      ),
      VERIFY_INTERVAL_MS: durationMs({ default: 30_000, min: 100 }).describe(
        'The pause between two samples of documents that are compared with the log',
      ),
      VERIFY_SAMPLE_SIZE: count({ default: 20, max: 1_000 }).describe('The number of documents in a sample'),
      VERIFY_REST_MS: durationMs({ default: 50, max: 10_000 }).describe(
        'The pause after each page of the log that a sample reads, so that other readers of the log are not slowed down',
      ),
    })
    .transform((env) => ({
      keepIntervalMs: env.GENERATION_CHECK_MS,
      pageSize: env.REBUILD_PAGE_SIZE,
      pagesAtOnce: env.REBUILD_PAGES_AT_ONCE,
      restPercent: env.REBUILD_REST_PERCENT,
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
