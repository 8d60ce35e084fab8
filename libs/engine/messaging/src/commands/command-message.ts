import {
  type OutgoingMessage,
  type ReceivedMessage,
  fitsShortString,
  parseJsonObject,
} from '../broker/message';
import { MalformedMessageError } from '../errors';
import type { CommandEnvelope } from './command-envelope';

/** `<streamType>.<type>`: the routing key of a command and the pattern of its controller. */
export function commandPattern(command: Pick<CommandEnvelope, 'streamType' | 'type'>): string {
  return `${command.streamType}.${command.type}`;
}

/** The header with the sender's attempt: 1, or absent, for the first. */
const ATTEMPT_HEADER = 'send-attempt';

export function commandMessage(exchange: string, command: CommandEnvelope, attempt = 1): OutgoingMessage {
  return {
    exchange,
    routingKey: commandPattern(command),
    content: Buffer.from(JSON.stringify(command)),
    properties: {
      messageId: command.commandId,
      type: command.type,
      contentType: 'application/json',
      ...(fitsShortString(command.correlationId) && { correlationId: command.correlationId }),
      headers: {
        ...(command.traceparent !== undefined && { traceparent: command.traceparent }),
        ...(attempt > 1 && { [ATTEMPT_HEADER]: attempt }),
      },
    },
  };
}

/** Whether the message is a resend: its sender sent the command before and got no answer. */
export function isResent({ properties }: ReceivedMessage): boolean {
  return Number(properties.headers?.[ATTEMPT_HEADER] ?? 1) > 1;
}

/** @throws MalformedMessageError if the content is not a command envelope. The controller checks its `data`. */
export function parseCommandMessage(content: Buffer): CommandEnvelope {
  const parsed = parseJsonObject(content);
  const required = ['commandId', 'streamType', 'type', 'correlationId', 'actor'];
  const optional = ['causingEventId', 'traceparent'];
  const fits =
    required.every((key) => typeof parsed[key] === 'string' && parsed[key] !== '') &&
    optional.every((key) => parsed[key] === undefined || typeof parsed[key] === 'string') &&
    'data' in parsed;
  if (!fits) {
    throw new MalformedMessageError('the message is not a command envelope');
  }
  return parsed as unknown as CommandEnvelope;
}
