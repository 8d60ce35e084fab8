const points = {
  'process-manager': [
    'before the commit of a batch',
    'after the commit of a batch',
    'before the commit of a timer',
    'after the commit of a timer',
    'before commands are claimed',
    'after commands are claimed',
    'before a command is published',
    'after a command is published',
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
  ],
} as const;

/**
 * The points at which a service can be killed, with a broker and without. Each is passed often while orders are
 * processed. Without a broker, a command is published and acknowledged by a statement.
 */
export const crashPoints = {
  rabbitmq: {
    'process-manager': [
      ...points['process-manager'],
      'after a command is confirmed',
      'before an event is acknowledged',
      'after an event is acknowledged',
    ],
    'command-service': [
      ...points['command-service'],
      'before an event is published',
      'after an event is published',
      'after an event is confirmed',
    ],
  },
  postgres: {
    'process-manager': points['process-manager'],
    'command-service': [
      ...points['command-service'],
      'before commands are taken',
      'after commands are taken',
    ],
  },
} as const;

export type Messaging = keyof typeof crashPoints;
export type Victim = keyof typeof points;
export const victims = Object.keys(points) as Victim[];

export type CrashPoint = (typeof crashPoints)[Messaging][Victim][number];

/**
 * A directory. `planned` has one file per point at which the service must die once, named after the point. The service
 * moves the file to `reached` right before it dies.
 */
export const crashPlanVariable = 'TIDEMARK_TEST_CRASH_PLAN';
