/** The name of this replica in leases: a string that no other process ever has. */
export const REPLICA = Symbol('replica');

/** How much of the read models is compared with the log, and how often: a `ProjectionServiceConfig['generations']`. */
export const SAMPLING = Symbol('sampling');
