/** The actor of a command that a process sent is this and the process's name. No token's subject begins with it. */
export const PROCESS_ACTOR_PREFIX = 'process:';
