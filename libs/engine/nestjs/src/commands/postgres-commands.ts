import {
  PostgresCommandReceiver,
  PostgresCommandSender,
  scopedLogger,
  type MessageKeys,
} from '@tidemark/messaging';
import { requireCommandQueuePrepared } from '../log/migrations';
import { whenAvailable } from '../log/when-available';
import type { TidemarkOptions } from '../options';
import type { CommandEnd, CommandWay } from './command-way';

/** Commands travel through queues in Postgres. Either end throws MigrationMissingError if the queues are not there. */
export function postgresCommands(
  options: TidemarkOptions,
  streamTypes: readonly string[],
  keys: MessageKeys,
): CommandWay {
  const { databaseUrl } = options;
  const queues = { databaseUrl, streamTypes, logger: scopedLogger('commands') };
  return {
    keys,
    openSender: () => prepared(options, new PostgresCommandSender(queues)),
    openReceiver: () => prepared(options, new PostgresCommandReceiver(queues)),
  };
}

interface Queue {
  requireMigrated(): Promise<void>;
  close(): Promise<void>;
}

async function prepared<End extends Queue>(options: TidemarkOptions, end: End): Promise<CommandEnd<End>> {
  try {
    await whenAvailable(options, () => requireCommandQueuePrepared(end));
  } catch (error) {
    await end.close();
    throw error;
  }
  return {
    end,
    checks: [{ name: 'command-queue', neededFor: 'start', check: () => end.requireMigrated() }],
  };
}
