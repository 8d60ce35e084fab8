import type { ConsumeMessage } from 'amqplib';
import { v4 as uuid } from 'uuid';
import type { BrokerConnection } from '../broker/broker-connection';
import { ConfirmedPublisher } from '../broker/confirmed-publisher';
import { declareCommandTopology, topologyNames } from '../broker/topology';
import { faultCode } from '../errors';

/** The limit of a reason. The service's log has the full message. */
const MAX_REASON_LENGTH = 1_000;

/**
 * Moves messages that could not be handled to a queue for operators. The messages are unchanged. Headers give the
 * reason: `reason-code`, `reason`, `attempts`, `failed-at` (RFC 3339), `original-exchange` and `original-message-id`.
 */
export class DeadLetters {
  private readonly publisher: ConfirmedPublisher;
  private readonly exchange: string;

  constructor(broker: BrokerConnection, prefix?: string, confirmTimeoutMs?: number) {
    this.exchange = topologyNames(prefix).deadExchange;
    this.publisher = new ConfirmedPublisher({
      broker,
      declare: (signal) => declareCommandTopology(broker, { prefix, streamTypes: [] }, signal),
      confirmTimeoutMs,
    });
  }

  /** Why the last dead letter could not be written, for readiness; absent when it was written. */
  get errorCode(): string | undefined {
    return this.publisher.errorCode;
  }

  /**
   * Resolves once the message is safe in the dead-letter queue.
   *
   * @throws the same errors as `ConfirmedPublisher.publish`
   */
  bury(message: ConsumeMessage, reason: unknown, attempts: number): Promise<void> {
    const { fields, properties, content } = message;
    const originalId: unknown = properties.messageId;
    const { reasonCode, reason: text } = reasonOf(reason);
    return this.publisher.publish([
      {
        exchange: this.exchange,
        routingKey: fields.routingKey,
        content,
        properties: {
          // A new id, because a message that was delivered twice may become two dead letters at the same time.
          messageId: uuid(),
          ...(typeof properties.type === 'string' && { type: properties.type }),
          ...(typeof properties.contentType === 'string' && { contentType: properties.contentType }),
          ...(typeof properties.correlationId === 'string' && { correlationId: properties.correlationId }),
          headers: {
            ...properties.headers,
            'reason-code': reasonCode,
            reason: text,
            attempts,
            'failed-at': new Date().toISOString(),
            'original-exchange': fields.exchange,
            ...(typeof originalId === 'string' && { 'original-message-id': originalId }),
          },
        },
      },
    ]);
  }

  close(): Promise<void> {
    return this.publisher.close();
  }
}

/** The code and the text of a reason, as a dead letter keeps them. */
export function reasonOf(error: unknown): { readonly reasonCode: string; readonly reason: string } {
  // Postgres stores no NUL in a text.
  const storable = (text: string) => text.slice(0, MAX_REASON_LENGTH).replaceAll('\0', '\uFFFD');
  return { reasonCode: storable(faultCode(error)), reason: storable(messageOf(error)) };
}

function messageOf(reason: unknown): string {
  if (typeof reason === 'object' && reason !== null && 'message' in reason) {
    return String(reason.message);
  }
  return String(reason);
}
