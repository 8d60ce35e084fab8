/** The consumer group's published name: its queues, its checkpoints, and what queries wait for. */
export const GROUP = 'projections';

/** This replica, in leases: a string that no other process ever has. */
export const REPLICA = Symbol('replica');
