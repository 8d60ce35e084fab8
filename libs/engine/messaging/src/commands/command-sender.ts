import type { OutgoingMessage } from '../broker/message';

/** Where commands go: one adapter for each way by which they travel. */
export interface CommandSender {
  /** The exchange for which commands are signed. */
  readonly exchange: string;
  /** Why commands of a stream type can't be sent at the moment, for readiness; absent if all can be sent. */
  readonly errorCode: string | undefined;
  /** Begins to declare the queues, in the background: they need not be reachable yet. `send` does so too. */
  start(): void;
  /**
   * Resolves once the signed command is durably in the queue of its stream type. A queue that is missing, full or does
   * not answer only affects the commands of its own stream type.
   *
   * @throws UnroutableMessageError, NotConfirmedError, or a fault of the adapter; the command may have been sent anyway
   */
  send(message: OutgoingMessage, streamType: string): Promise<void>;
  /** Commands in flight fail with a retryable fault. */
  close(): Promise<void>;
}
