import { z } from 'zod';
import type { Secret } from '../secrets/secret';

const kinds = ['rabbitmq', 'postgres'] as const;

/** How commands of processes reach the command-service. To be spread into the shape of a section with `AMQP_URL`. */
export function commandSettings() {
  return {
    COMMANDS: z
      .enum(kinds, { error: `expected one of ${kinds.join(', ')}` })
      .optional()
      .meta({ values: '`rabbitmq` or `postgres`' })
      .describe(
        'Who brings commands of processes to the command-service: the broker, or queues in the database of the log. Must be the same for all services. By default `rabbitmq` with an `AMQP_URL`, and `postgres` without',
      ),
  };
}

interface CommandsEnv {
  readonly COMMANDS?: (typeof kinds)[number] | undefined;
  readonly AMQP_URL?: Secret<string> | undefined;
}

export function commandsOf({ COMMANDS, AMQP_URL }: CommandsEnv): (typeof kinds)[number] {
  return COMMANDS ?? (AMQP_URL ? 'rabbitmq' : 'postgres');
}

/** What is wrong with the two settings together; absent if nothing is. */
export function commandsFault(env: CommandsEnv): string | undefined {
  return commandsOf(env) === 'rabbitmq' && !env.AMQP_URL
    ? '`rabbitmq` needs an AMQP_URL; set one, or set COMMANDS=postgres'
    : undefined;
}
