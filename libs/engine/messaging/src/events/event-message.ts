import type { EventEnvelope } from '@tidemark/kernel';
import { fitsShortString, parseJsonObject, type OutgoingMessage } from '../broker/message';
import { MalformedMessageError } from '../errors';

/**
 * An event as the broker carries it: the whole envelope as JSON. The message's properties repeat parts of the envelope
 * for tools.
 */
export function eventMessage(exchange: string, event: EventEnvelope): OutgoingMessage {
  const { traceparent } = event.metadata;
  return {
    exchange,
    routingKey: `${event.streamType}.${event.type}.${event.partition}`,
    content: Buffer.from(JSON.stringify(event)),
    properties: {
      messageId: event.eventId,
      type: event.type,
      contentType: 'application/json',
      ...(fitsShortString(event.correlationId) && { correlationId: event.correlationId }),
      headers: {
        partition: event.partition,
        position: event.position,
        ...(traceparent !== undefined && { traceparent }),
      },
    },
  };
}

/** @throws MalformedMessageError when the content is not an event of this partition. */
export function parseEventMessage(content: Buffer, partition: number): EventEnvelope {
  const parsed = parseJsonObject(content);
  const strings = ['eventId', 'streamId', 'streamType', 'type', 'timestamp', 'correlationId', 'causationId'];
  const positive = ['version', 'position', 'schemaVersion'];
  const fits =
    strings.every((key) => typeof parsed[key] === 'string' && parsed[key] !== '') &&
    positive.every((key) => Number.isSafeInteger(parsed[key]) && (parsed[key] as number) > 0) &&
    typeof parsed['metadata'] === 'object' &&
    parsed['metadata'] !== null &&
    'data' in parsed;
  if (!fits) {
    throw new MalformedMessageError('the message is not an event envelope');
  }
  if (parsed['partition'] !== partition) {
    throw new MalformedMessageError(
      `the message belongs to partition ${String(parsed['partition'])}, not ${partition}`,
    );
  }
  return parsed as unknown as EventEnvelope;
}
