/** The points at which a service can be killed. Each is passed often while orders are processed. */
export const crashPoints = {
  'process-manager': [
    'before the commit of a batch',
    'after the commit of a batch',
    'before the commit of a timer',
    'after the commit of a timer',
    'before commands are claimed',
    'after commands are claimed',
    'before a command is published',
    'after a command is published',
    'after a command is confirmed',
    'before an event is acknowledged',
    'after an event is acknowledged',
  ],
  'command-service': [
    'before a charge',
    'after a charge',
    'before a refund',
    'after a refund',
    'before an append',
    'after an append',
    'before a command is acknowledged',
    'after a command is acknowledged',
    'before an event is published',
    'after an event is published',
    'after an event is confirmed',
  ],
} as const;

export type CrashPoint = (typeof crashPoints)[keyof typeof crashPoints][number];

/**
 * A directory. `planned` has one file per point at which the service must die once, named after the point. The service
 * moves the file to `reached` right before it dies.
 */
export const crashPlanVariable = 'TIDEMARK_TEST_CRASH_PLAN';
