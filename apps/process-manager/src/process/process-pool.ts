/** The connections to the schema `process_manager`. */
export const PROCESS_POOL = Symbol('process manager pool');
