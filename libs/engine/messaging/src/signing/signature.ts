import { createHmac } from 'node:crypto';
import type { MessageKey } from './message-key';

/** Header with the id of the key. */
export const KEY_HEADER = 'signing-key';
/** Header with the signature, as base64url without padding. */
export const SIGNATURE_HEADER = 'signature';

/** A tag that makes the signature invalid for anything else that the same secret may sign in the future. */
const DOMAIN = 'tidemark message 1';

/** Every other header of our messages. No receiver reads the headers that the broker and dead letters add. */
const SIGNED_HEADERS = ['partition', 'position', 'send-attempt', 'traceparent'] as const;

/** The signed parts of a message: its whole content, and its address. */
export interface SignedParts {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly properties: {
    readonly messageId?: unknown;
    readonly type?: unknown;
    readonly contentType?: unknown;
    readonly correlationId?: unknown;
    readonly headers?: Readonly<Record<string, unknown>> | undefined;
  };
}

/** HMAC-SHA-256 over the exact bytes of the content and over all other parts, each with its length. */
export function signatureOf(
  { exchange, routingKey, content, properties }: SignedParts,
  key: MessageKey,
): string {
  const { messageId, type, contentType, correlationId, headers } = properties;
  const before =
    part(DOMAIN) +
    part(key.id) +
    part(exchange) +
    part(routingKey) +
    part(messageId) +
    part(type) +
    part(contentType) +
    part(correlationId) +
    SIGNED_HEADERS.map((name) => part(headers?.[name])).join('');
  return createHmac('sha256', key.secret).update(before).update(content).digest('base64url');
}

/**
 * Writes a part with its length in bytes and its type, so that two different lists of parts are never written alike. A
 * part that is neither text nor a number is written only as its type, because our senders have no such part.
 */
function part(value: unknown): string {
  if (typeof value === 'string') {
    return `${Buffer.byteLength(value)}:${value}`;
  }
  return typeof value === 'number' ? `#${value};` : `!${typeof value};`;
}
