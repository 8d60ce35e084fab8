import type { Options } from 'amqplib';
import { MalformedMessageError } from '../errors';

/** The limit of AMQP's short strings, such as the correlation id. The envelope has the full id. */
const SHORT_STRING_BYTES = 255;

export interface OutgoingMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  /** Matches a message that the broker returns; no two in flight may share it. */
  readonly properties: Options.Publish & { readonly messageId: string };
}

/** A message as its receiver gets it. The signature covers its content, address and properties. */
export interface ReceivedMessage {
  readonly content: Buffer;
  readonly fields: { readonly exchange: string; readonly routingKey: string };
  readonly properties: {
    readonly messageId?: unknown;
    readonly type?: unknown;
    readonly contentType?: unknown;
    readonly correlationId?: unknown;
    readonly headers?: Readonly<Record<string, unknown>> | undefined;
  };
}

/** @throws MalformedMessageError */
export function parseJsonObject(content: Buffer): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content.toString('utf8'));
  } catch (error) {
    throw new MalformedMessageError('the message is not JSON', { cause: error });
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new MalformedMessageError('the message is not a JSON object');
  }
  return parsed as Record<string, unknown>;
}

export function fitsShortString(text: string): boolean {
  return Buffer.byteLength(text) <= SHORT_STRING_BYTES;
}
