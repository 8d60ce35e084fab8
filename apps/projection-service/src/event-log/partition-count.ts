/** How many partitions the log has, as the log itself says. */
export const PARTITION_COUNT = Symbol('partition count');
