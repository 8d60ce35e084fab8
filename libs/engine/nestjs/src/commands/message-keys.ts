import { logIdentity } from '@tidemark/event-store';
import { constant, PROCESS_ACTOR_PREFIX } from '@tidemark/kernel';
import { MessageKeys, type MessageKey } from '@tidemark/messaging';
import { createSecretKey, hkdfSync } from 'node:crypto';
import type { OpenLog } from '../log/open-log';

const SECRET_BYTES = 32;

/**
 * The keys of commands that never leave the database. Each is derived from the log's identity. So a command counts only
 * in its own installation. Who may read the log and write to the queues could sign too: in one database, its roles
 * protect the commands, and not the keys.
 */
export async function keysOfDatabase({ pool }: OpenLog, processes: readonly string[]): Promise<MessageKeys> {
  const identity = await logIdentity(pool);
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
