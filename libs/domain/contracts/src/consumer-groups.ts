/**
 * The groups that take every event of the log, each by its own queues and checkpoints. Both bear the group's name, so
 * that a renamed group would start at position 1.
 */
export const PROJECTIONS_GROUP = 'projections';
export const FULFILMENT_GROUP = 'fulfilment';

export const consumerGroups = [PROJECTIONS_GROUP, FULFILMENT_GROUP] as const;
