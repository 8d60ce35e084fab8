import { constant, type EventEnvelope } from '@tidemark/kernel';
import { createSecretKey } from 'node:crypto';
import type { OutgoingMessage } from '../broker/message';
import type { CommandEnvelope } from '../commands/command-envelope';
import { commandMessage } from '../commands/command-message';
import { eventMessage } from '../events/event-message';
import type { MessageKey } from './message-key';
import { MessageKeys } from './message-keys';
import { signMessage } from './sign-message';

/** A key that is the same in every process of a test. */
export function testKey(owner: string, changes: Partial<MessageKey> = {}): MessageKey {
  return {
    id: owner,
    owner,
    secret: createSecretKey(Buffer.alloc(32, owner)),
    notBeforeMs: -Infinity,
    notAfterMs: Infinity,
    ...changes,
  };
}

export function keysOf(...keys: readonly MessageKey[]): MessageKeys {
  return new MessageKeys(constant(keys));
}

export const testKeys = keysOf(testKey('relay'), testKey('process:test'));

export function signedEvent(exchange: string, event: EventEnvelope): OutgoingMessage {
  return signMessage(eventMessage(exchange, event), testKeys.signingKey('relay'));
}

export function signedCommand(exchange: string, command: CommandEnvelope): OutgoingMessage {
  return signMessage(commandMessage(exchange, command), testKeys.signingKey(command.actor));
}
