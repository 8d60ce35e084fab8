import type { ReceivedMessage } from '../broker/message';
import type { Logger } from '../logger';
import { KEY_HEADER } from './signature';
import type { MessageKind, MessageRefusal } from './verify-message';

/** The pause between two log lines, because a party that floods a queue must not flood the log as well. */
const LOG_INTERVAL_MS = 60_000;

export interface RefusedMessagesOptions {
  readonly kind: MessageKind;
  readonly logger: Logger;
  /** Called for each refused message. It must not throw. */
  readonly onRefused?: ((reason: MessageRefusal) => void) | undefined;
}

interface Logged {
  readonly atMs: number;
  /** How many messages were refused since then, without a log line. */
  unlogged: number;
}

/**
 * Counts the messages that have no effect. The log gets the first message of each reason, and then at most one a
 * minute.
 */
export class RefusedMessages {
  private readonly logged = new Map<MessageRefusal, Logged>();

  constructor(private readonly options: RefusedMessagesOptions) {}

  add(reason: MessageRefusal, { fields, properties }: ReceivedMessage, nowMs = performance.now()): void {
    const { kind, logger, onRefused } = this.options;
    onRefused?.(reason);
    const last = this.logged.get(reason);
    if (last && nowMs - last.atMs < LOG_INTERVAL_MS) {
      last.unlogged += 1;
      return;
    }
    this.logged.set(reason, { atMs: nowMs, unlogged: 0 });
    const { messageId, headers } = properties;
    const keyId = headers?.[KEY_HEADER];
    logger.warn(
      { kind, reason, messageId, keyId, routingKey: fields.routingKey, unlogged: last?.unlogged ?? 0 },
      'dropped a message whose signature is missing or wrong',
    );
  }
}
