/** The token of the `Clock` that commands are decided by. */
export const CLOCK = Symbol('clock');
