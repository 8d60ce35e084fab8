/** The connection to the read models: a `ReadStore`. */
export const READ_STORE = Symbol('read store');
