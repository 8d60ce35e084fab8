import type { KeyObject } from 'node:crypto';
import { PROCESS_ACTOR_PREFIX } from '@tidemark/kernel';

/** The owner of the keys that sign events. */
export const RELAY_OWNER = 'relay';

/** A secret with which one kind of sender signs, and with which each receiver of its messages verifies. */
export interface MessageKey {
  /** Each message contains the id, so that the receiver finds the key. */
  readonly id: string;
  /** `relay` for events, and `process:<name>` for commands. That is also the actor of these commands. */
  readonly owner: string;
  readonly secret: KeyObject;
  /**
   * When signers begin to use the key, in epoch milliseconds; `-Infinity` means at once. Verifiers do not wait for it.
   */
  readonly notBeforeMs: number;
  /**
   * When the key ends, in epoch milliseconds: from then on, no message signed with it counts. `Infinity` means that it
   * has no end.
   */
  readonly notAfterMs: number;
}

/** Only the secrets, for rules about secrets. */
export function secretsOf(keys: readonly MessageKey[]): readonly Uint8Array[] {
  return keys.map(({ secret }) => secret.export());
}

/** Whether commands may be signed with keys of this owner. */
export function isProcess(owner: string): boolean {
  return owner.startsWith(PROCESS_ACTOR_PREFIX) && owner.length > PROCESS_ACTOR_PREFIX.length;
}
