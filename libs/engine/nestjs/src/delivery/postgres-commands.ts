import type { LiveValue } from '@tidemark/kernel';
import {
  PostgresCommandReceiver,
  PostgresCommandSender,
  scopedLogger,
  type MessageKeys,
} from '@tidemark/messaging';
import type { CommandEnd, CommandWay } from './command-way';

interface Options {
  readonly databaseUrl: string | LiveValue<string>;
  readonly keys: MessageKeys;
  readonly prefix?: string;
}

/** Commands travel through queues in Postgres. */
export function postgresCommands({ keys, ...address }: Options): CommandWay {
  const common = { ...address, logger: scopedLogger('commands') };
  return {
    keys,
    sender: ({ streamTypes }) => endOf(new PostgresCommandSender({ ...common, streamTypes })),
    receiver: ({ streamTypes, prefetch, leaseMs }) =>
      endOf(
        new PostgresCommandReceiver({
          ...common,
          streamTypes,
          ...(prefetch !== undefined && { prefetch }),
          ...(leaseMs !== undefined && { leaseMs }),
        }),
      ),
  };
}

function endOf<End extends { requireMigrated(): Promise<void> }>(end: End): CommandEnd<End> {
  const requireMigrated = () => end.requireMigrated();
  return {
    end,
    checks: [{ name: 'command-queue', neededFor: 'start', check: requireMigrated }],
    requireMigrated,
  };
}
