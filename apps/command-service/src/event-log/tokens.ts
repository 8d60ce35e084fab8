/** The token of the pool that the event store runs on. */
export const EVENT_LOG_POOL = Symbol('event log pool');

/** The token of the number of partitions that the log was created with. */
export const PARTITION_COUNT = Symbol('partition count');
