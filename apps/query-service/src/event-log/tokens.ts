/** The connections to the event store, with its read-only role: a `Pool` of pg. */
export const EVENT_LOG_POOL = Symbol('event log pool');

/** The number of partitions that the log was created with. */
export const PARTITIONS = Symbol('partitions');
