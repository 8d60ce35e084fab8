import type { CommandContext } from '@tidemark/event-store';
import { canonicalJson } from '@tidemark/kernel';
import { createHash, randomUUID } from 'node:crypto';
import { v5 as uuidV5 } from 'uuid';

/** Never change the namespace: another value would turn every repeated command into a new command. */
const NAMESPACE = '3b1a8f0e-52f4-5b0c-8f6e-0d6a3c1f9a77';

interface Issued {
  /** Who issues the command, such as the subject of a token. Every event stores it. */
  readonly actor: string;
  /** Kept on every event that follows; a new UUID by default. */
  readonly correlationId?: string;
}

/** A command that its sender may repeat, for ever: the repeat gets the first result. */
export interface RepeatableCommand extends Issued {
  /** The same for each repeat. Keys of different actors are different commands. */
  readonly idempotencyKey: string;
  /** What the sender asks for, as JSON. A repeat with another request is refused (`CommandIdReusedError`). */
  readonly request: unknown;
}

/** Where a command comes from. A plain `{ actor }` is a new command each time. */
export type Command =
  | CommandContext
  | RepeatableCommand
  | (Issued & { readonly idempotencyKey?: undefined; readonly request?: undefined });

/** The identity of the command in the log, and the fields that its events store. */
export function contextOf(command: Command, streamId: string): CommandContext {
  if ('commandId' in command) {
    return command;
  }
  const { actor, correlationId = randomUUID(), idempotencyKey, request } = command;
  const isRepeatable = idempotencyKey !== undefined;
  return {
    commandId: isRepeatable ? uuidV5(JSON.stringify([actor, idempotencyKey]), NAMESPACE) : randomUUID(),
    commandHash: requestHashOf(isRepeatable ? [streamId, request] : []),
    correlationId,
    actor,
  };
}

/** The SHA-256 of what a command asks for, in hexadecimal digits. */
export function requestHashOf(request: unknown): string {
  return createHash('sha256')
    .update(canonicalJson(request ?? null))
    .digest('hex');
}
