import { createSecretKey } from 'node:crypto';
import type { OutgoingMessage } from '../broker/message';
import type { MessageKey } from './message-key';
import { signMessage } from './sign-message';
import { keysOf, testKey } from './test-keys.fixture';
import type { MessageRefusal } from './verify-message';

const endedRelay = testKey('relay', { id: 'ended-relay', notAfterMs: Date.now() - 1 });
const endedProcess = testKey('process:test', { id: 'ended-process', notAfterMs: Date.now() - 1 });

/** The keys of the tests' receivers: valid keys of the relay and of two processes, and keys that have ended. */
export const receiverKeys = keysOf(
  testKey('relay'),
  testKey('process:test'),
  testKey('process:other'),
  endedRelay,
  endedProcess,
);

/** One way to send a message to a receiver without the right to do so. */
export interface Forgery {
  readonly name: string;
  readonly reason: MessageRefusal;
  /** `key` is the true sender's key, for forgeries that reuse what an observer can take from the sender's messages. */
  forge(message: OutgoingMessage, key: MessageKey): OutgoingMessage;
}

const guessed = createSecretKey(Buffer.alloc(32, 'guess'));

export const forgeries: readonly Forgery[] = [
  { name: 'unsigned', reason: 'unsigned', forge: (message) => message },
  {
    name: 'signed with a key that the receiver does not know',
    reason: 'unknown_key',
    forge: (message, key) => signMessage(message, { ...key, id: 'mine', secret: guessed }),
  },
  {
    name: 'signed with a wrong key',
    reason: 'wrong_signature',
    forge: (message, key) => signMessage(message, { ...key, secret: guessed }),
  },
  {
    name: 'signed with the key of another sender',
    reason: 'wrong_sender',
    forge: (message) => signMessage(message, testKey('process:other')),
  },
  {
    name: 'replayed under another routing key',
    reason: 'wrong_signature',
    forge: (message, key) => ({
      ...signMessage({ ...message, routingKey: message.routingKey.replace('.', '.Not') }, key),
      routingKey: message.routingKey,
    }),
  },
  {
    name: 'altered by a byte',
    reason: 'wrong_signature',
    forge: (message, key) => {
      const signed = signMessage(message, key);
      return { ...signed, content: Buffer.concat([signed.content, Buffer.from(' ')]) };
    },
  },
  {
    name: 'signed with an older key after its end',
    reason: 'expired_key',
    forge: (message, { owner }) => signMessage(message, owner === 'relay' ? endedRelay : endedProcess),
  },
];
