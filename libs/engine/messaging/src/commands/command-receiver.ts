import type { ReceivedMessage } from '../broker/message';

/** The outcome of earlier deliveries of a command. */
export interface EarlierAttempts {
  /** Attempts that ended with a fault. */
  readonly attempts: number;
  /** Those of them that were the command's own fault, and not that of its environment. */
  readonly failures: number;
  /** How many receivers died while they held the command. */
  readonly losses: number;
}

/** A command that its receiver holds until it acknowledges or buries it. */
export interface CommandDelivery {
  readonly message: ReceivedMessage;
  readonly earlier: EarlierAttempts;
  /** Removes the command from its queue. Does nothing once the queue has taken the command back. */
  ack(): void;
  /** Notes a failed attempt, so that the next delivery continues to count. Never throws. */
  noteFailure(attempts: number, failures: number, reason: unknown): void;
  /** Moves the command to the dead letters. Resolves once the dead letter is safe and the command is acknowledged. */
  bury(reason: unknown, attempts: number): Promise<void>;
}

/** Where commands come from: one adapter for each way by which they travel. */
export interface CommandReceiver {
  /** The exchange for which senders sign commands. */
  readonly exchange: string;
  /** Why a queue is not read, or a dead letter can't be written, for readiness; absent if there is no problem. */
  readonly errorCode: string | undefined;
  /** For Nest's `unwrap`. */
  readonly native: unknown;
  /**
   * Starts in the background: the queues need not be reachable yet. Delivers each command until it is acknowledged, so
   * more than once if a receiver dies or loses its connection. Delivers nothing more once `stopping` is aborted.
   *
   * @param onDelivery must not throw
   */
  start(onDelivery: (delivery: CommandDelivery) => void, stopping: AbortSignal): void;
  /** Gives the commands that are not acknowledged back to their queues. */
  close(): Promise<void>;
}
