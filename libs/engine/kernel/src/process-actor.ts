/**
 * The actor of a process's command is this prefix followed by the process's name. No token's subject begins with it.
 */
export const PROCESS_ACTOR_PREFIX = 'process:';
