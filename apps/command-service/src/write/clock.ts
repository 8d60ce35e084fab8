/** The token of the `Clock` that decisions use. */
export const CLOCK = Symbol('clock');
