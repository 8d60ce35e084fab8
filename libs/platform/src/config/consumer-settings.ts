import { z } from 'zod';
import { count, durationMs } from './numbers';

export interface ConsumerSettingsOptions {
  /** The meaning of `MAX_BATCH` in this service, for the documentation. */
  readonly maxBatchIs: string;
}

/** The settings for consuming partitions: leases, batches, retries, and the parking of streams. */
export function consumerSettings({ maxBatchIs }: ConsumerSettingsOptions) {
  return z
    .object({
      LEASE_MS: durationMs({ default: 10_000, min: 500, max: 300_000 }).describe(
        'The longest time that a partition waits for a new owner after its replica died',
      ),
      IDLE_CHECK_MS: durationMs({ default: 1_000, min: 50, max: 60_000 }).describe(
        'How often the position of an idle partition is compared with the log',
      ),
      MAX_BATCH: count({ default: 200, max: 10_000 }).describe(maxBatchIs),
      PREFETCH: count({ default: 256, max: 65_535 }).describe(
        'The maximum number of unacknowledged messages per partition',
      ),
      HANDLER_TIMEOUT_MS: durationMs({ default: 30_000, min: 100, max: 3_600_000 }).describe(
        'How long a batch may take before the attempt counts as failed',
      ),
      PARK_AFTER_ATTEMPTS: count({ default: 10, max: 1_000 }).describe(
        'Attempts at an event before its stream is parked. With the default waits, that takes about half a minute',
      ),
      PARK_AFTER_PROCESS_ENDS: count({ default: 3, max: 100 }).describe(
        'How often a process may crash during an event before the stream of that event is parked',
      ),
      RETRY_MIN_BACKOFF_MS: durationMs({ default: 100, min: 1, max: 60_000 }).describe(
        'The wait after the first failure. It doubles with each further failure',
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
    }));
}
