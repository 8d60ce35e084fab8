import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { checkoutRoot } from '../checkout-root';
import { makeOnce } from './make-once';

const keyBytes = 32;

/** A fresh secret for HS256, in base64url. */
export function newAuthKey(): string {
  return randomBytes(keyBytes).toString('base64url');
}

/**
 * The key with which this checkout's local installation signs tokens, from `.tidemark/auth.key`. The file is created if
 * it does not exist.
 */
export function localAuthKey(root: string = checkoutRoot): Promise<string> {
  return makeOnce(join(root, '.tidemark', 'auth.key'), newAuthKey);
}
