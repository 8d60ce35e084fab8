import { constant, PROCESS_ACTOR_PREFIX, type LiveValue } from '@tidemark/kernel';
import { MessageKeys, messageKeysText, type MessageKey } from '@tidemark/messaging';
import { createSecretKey, hkdfSync } from 'node:crypto';
import type { OpenLog } from '../log/open-log';

const SECRET_BYTES = 32;

/** The keys of messages that travel by the broker. @throws ZodError if their text is malformed */
export function keysOfBroker(keys: string | LiveValue<readonly MessageKey[]>): MessageKeys {
  return new MessageKeys(typeof keys === 'string' ? constant(messageKeysText.parse(keys)) : keys);
}

/**
 * The keys of commands that never leave the database. Each is derived from the log's identity. So a command counts only
 * in its own installation. A login that may read the log and write to the queues could sign too. So in one database,
 * the database's roles protect the commands, not the keys.
 */
export function keysOfDatabase(
  { identity }: Pick<OpenLog, 'identity'>,
  processes: readonly string[],
): MessageKeys {
  return new MessageKeys(
    constant(processes.map((process) => keyOf(identity, `${PROCESS_ACTOR_PREFIX}${process}`))),
  );
}

function keyOf(identity: string, owner: string): MessageKey {
  const secret = hkdfSync('sha256', identity, 'tidemark commands', owner, SECRET_BYTES);
  return {
    id: `log.${owner.slice(PROCESS_ACTOR_PREFIX.length)}`,
    owner,
    secret: createSecretKey(Buffer.from(secret)),
    notBeforeMs: -Infinity,
    notAfterMs: Infinity,
  };
}
