import type { LiveValue } from '@tidemark/kernel';
import { NoSigningKeyError } from '../errors';
import type { MessageKey } from './message-key';

/**
 * The keys that a service holds. Signers and verifiers ask for them at each message, so a new file needs no restart.
 */
export class MessageKeys {
  private listed: readonly MessageKey[] = [];
  private byId: ReadonlyMap<string, MessageKey> = new Map();

  constructor(private readonly live: Pick<LiveValue<readonly MessageKey[]>, 'current'>) {}

  find(id: string): MessageKey | undefined {
    const listed = this.live.current();
    if (listed !== this.listed) {
      this.listed = listed;
      this.byId = new Map(listed.map((key) => [key.id, key]));
    }
    return this.byId.get(id);
  }

  /**
   * The owner's newest valid key: the key whose `notBefore` passed last. If several keys began at the same time, the
   * one that is listed last.
   *
   * @throws NoSigningKeyError when the owner has no valid key
   */
  signingKey(owner: string, nowMs = Date.now()): MessageKey {
    let newest: MessageKey | undefined;
    for (const key of this.live.current()) {
      const isValid = key.owner === owner && key.notBeforeMs <= nowMs && nowMs < key.notAfterMs;
      if (isValid && (!newest || key.notBeforeMs >= newest.notBeforeMs)) {
        newest = key;
      }
    }
    if (!newest) {
      throw new NoSigningKeyError(owner);
    }
    return newest;
  }
}
