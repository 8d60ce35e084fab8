/** The connections to the event store, with its read-only role: a `Pool` of pg. */
export const EVENT_LOG_POOL = Symbol('event log pool');

/** How many partitions the log was created with. */
export const PARTITIONS = Symbol('partitions');
