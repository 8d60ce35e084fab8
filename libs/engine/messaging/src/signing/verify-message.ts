import { timingSafeEqual } from 'node:crypto';
import type { ReceivedMessage } from '../broker/message';
import { isProcess, RELAY_OWNER } from './message-key';
import type { MessageKeys } from './message-keys';
import { KEY_HEADER, SIGNATURE_HEADER, signatureOf } from './signature';

/**
 * Why a message has no effect.
 *
 * - `unsigned`: it has no signature
 * - `unknown_key`: the receiver does not hold the key
 * - `expired_key`: the key has ended
 * - `wrong_signature`: the signature is not that of this message, at this exchange and with this routing key
 * - `wrong_sender`: the key does not belong to a sender of such messages
 */
export const messageRefusals = [
  'unsigned',
  'unknown_key',
  'expired_key',
  'wrong_signature',
  'wrong_sender',
] as const;

export type MessageRefusal = (typeof messageRefusals)[number];

export type MessageKind = 'event' | 'command';

export interface Expected {
  readonly keys: MessageKeys;
  /** Events are signed by the relay, commands by a process. */
  readonly kind: MessageKind;
  /** The exchange that the receiver's queue is bound to. */
  readonly exchange: string;
}

/** `owner` is the owner of the key that signed the message. */
export type Verdict = { readonly owner: string } | { readonly refused: MessageRefusal };

export function verifyMessage(
  { fields, properties, content }: ReceivedMessage,
  { keys, kind, exchange }: Expected,
  nowMs = Date.now(),
): Verdict {
  const { headers } = properties;
  const keyId = headers?.[KEY_HEADER];
  const signature = headers?.[SIGNATURE_HEADER];
  if (typeof keyId !== 'string' || typeof signature !== 'string') {
    return { refused: 'unsigned' };
  }
  const key = keys.find(keyId);
  if (!key) {
    return { refused: 'unknown_key' };
  }
  if (nowMs >= key.notAfterMs) {
    return { refused: 'expired_key' };
  }
  const signed = { exchange: fields.exchange, routingKey: fields.routingKey, content, properties };
  if (fields.exchange !== exchange || !isSame(signature, signatureOf(signed, key))) {
    return { refused: 'wrong_signature' };
  }
  const mayBeSender = kind === 'event' ? key.owner === RELAY_OWNER : isProcess(key.owner);
  return mayBeSender ? { owner: key.owner } : { refused: 'wrong_sender' };
}

/**
 * Compares the texts and not the bytes: several base64url texts stand for the same bytes, and our signers write only
 * one of them.
 */
function isSame(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
