/** The number of partitions, read from the log itself. */
export const PARTITION_COUNT = Symbol('partition count');
