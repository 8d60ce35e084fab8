import type { ConsumerGroupOptions } from '@tidemark/messaging';

/** How a group consumes: leases, batches, retries and the parking of streams. */
export type ConsumerTuning = Partial<
  Pick<
    ConsumerGroupOptions,
    | 'leaseMs'
    | 'idleCheckMs'
    | 'maxBatch'
    | 'handlerTimeoutMs'
    | 'maxAttempts'
    | 'maxProcessEnds'
    | 'minBackoffMs'
    | 'maxBackoffMs'
  >
>;
