import type { OutgoingMessage } from '../broker/message';
import type { CommandReceiver } from './command-receiver';
import type { CommandSender } from './command-sender';

export interface QueuedCommand {
  readonly headers: Readonly<Record<string, unknown>>;
  /** Whether it survives a crash of the broker or the database. */
  readonly isDurable: boolean;
}

export interface DeadCommand {
  readonly content: Buffer;
  readonly routingKey: string;
  readonly messageId: unknown;
  readonly reasonCode: unknown;
  readonly reason: unknown;
  readonly attempts: unknown;
}

/** Queues of commands by one adapter, for the contract of all. Its senders and receivers may be cut off. */
export interface CommandBed {
  /** The queue `Order` is declared. */
  sender(): CommandSender;
  /** Of the queue `Order`. */
  receiver(options?: { readonly prefetch?: number }): CommandReceiver;
  /**
   * How many commands the queue `Order` has, and how many receivers. The broker does not count those that it has
   * delivered.
   */
  inspect(): Promise<{ readonly ready: number; readonly consumers: number }>;
  /** Removes and returns the commands that wait in the queue `Order`. */
  drain(): Promise<readonly QueuedCommand[]>;
  drainDead(): Promise<readonly DeadCommand[]>;
  /** Stores a message of any kind for the queue `Order`. */
  put(message: OutgoingMessage): Promise<void>;
  /** Cuts every connection of the senders and receivers. */
  cut(): void;
  dispose(): Promise<void>;
}
