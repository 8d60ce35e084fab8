/**
 * The consumer groups, each with its own queues and checkpoints. Both contain the group's name, so a renamed group
 * would start at position 1.
 */
export const PROJECTIONS_GROUP = 'projections';
export const FULFILMENT_GROUP = 'fulfilment';

export const consumerGroups = [PROJECTIONS_GROUP, FULFILMENT_GROUP] as const;
