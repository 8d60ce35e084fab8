import type { CommandReceiver, CommandSender, MessageKeys } from '@tidemark/messaging';
import type { HealthCheck } from '../part';

/** The queues that one end declares or reads. */
export interface CommandQueues {
  readonly streamTypes: readonly string[];
  /** The maximum number of commands of one stream type that a receiver handles at once; 32 by default. */
  readonly prefetch?: number;
  /** In Postgres: the longest time until the commands of a receiver that died are taken by others; 10 s by default. */
  readonly leaseMs?: number;
}

/** One end of the way by which commands travel. */
export interface CommandEnd<End> {
  readonly end: End;
  readonly checks: readonly HealthCheck[];
  /** Rejects if the queues lack a migration, or can't be asked. */
  requireMigrated(): Promise<void>;
}

/** The way by which commands leave and arrive. */
export interface CommandWay {
  /** The keys that sign and verify commands. */
  readonly keys: MessageKeys;
  sender(queues: CommandQueues): CommandEnd<CommandSender>;
  receiver(queues: CommandQueues): CommandEnd<CommandReceiver>;
}
