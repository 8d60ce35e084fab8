/** This replica, in leases: a string that no other process ever has. */
export const REPLICA = Symbol('replica');
