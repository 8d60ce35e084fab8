import type { KeyObject } from 'node:crypto';
import { PROCESS_ACTOR_PREFIX } from '@tidemark/kernel';

/** The owner of the keys that events are signed with. */
export const RELAY_OWNER = 'relay';

/** A secret that one kind of sender signs with, and that each receiver of its messages verifies with. */
export interface MessageKey {
  /** Travels with each message, so that the receiver finds the key again. */
  readonly id: string;
  /** `relay` for events; for commands `process:<name>`, which is the actor of these commands. */
  readonly owner: string;
  readonly secret: KeyObject;
  /** When signers begin to use the key, in epoch milliseconds; `-Infinity`: at once. Verifiers do not wait for it. */
  readonly notBeforeMs: number;
  /** From then on nothing signed with the key counts, in epoch milliseconds; `Infinity`: the key has no end. */
  readonly notAfterMs: number;
}

/** The secrets alone, for rules about secrets. */
export function secretsOf(keys: readonly MessageKey[]): readonly Uint8Array[] {
  return keys.map(({ secret }) => secret.export());
}

/** Whether commands may be signed with keys of this owner. */
export function isProcess(owner: string): boolean {
  return owner.startsWith(PROCESS_ACTOR_PREFIX) && owner.length > PROCESS_ACTOR_PREFIX.length;
}
