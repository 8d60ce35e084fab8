import type { CommandReceiver, CommandSender, MessageKeys } from '@tidemark/messaging';
import type { HealthCheck } from '../part';

/** One end of the way by which commands travel. */
export interface CommandEnd<End> {
  readonly end: End;
  readonly checks: readonly HealthCheck[];
}

/** The way by which commands leave and arrive. */
export interface CommandWay {
  /** With which commands are signed and verified. */
  readonly keys: MessageKeys;
  openSender(): Promise<CommandEnd<CommandSender>>;
  openReceiver(): Promise<CommandEnd<CommandReceiver>>;
}
