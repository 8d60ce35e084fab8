import type { MessageKey } from './message-key';
import { MessageKeys } from './message-keys';

/** Keys of a file that a test rewrites. */
export class LiveKeys {
  readonly messageKeys = new MessageKeys(this);
  private keys: readonly MessageKey[];

  constructor(...keys: readonly MessageKey[]) {
    this.keys = keys;
  }

  hold(...keys: readonly MessageKey[]): void {
    this.keys = keys;
  }

  current(): readonly MessageKey[] {
    return this.keys;
  }
}
