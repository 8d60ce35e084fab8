/** The name of this replica in leases. No other process ever has it. */
export const REPLICA = Symbol('replica');
