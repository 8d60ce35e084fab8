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
 * The key with which this checkout's local installation signs tokens: `AUTH_LOCAL_KEY`, as in the services, or else
 * `.tidemark/auth.key`, which is created if it does not exist.
 */
export async function localAuthKey(
  root: string = checkoutRoot,
  environment: NodeJS.ProcessEnv = process.env,
): Promise<string> {
  return environment['AUTH_LOCAL_KEY'] || makeOnce(join(root, '.tidemark', 'auth.key'), newAuthKey);
}

/**
 * The key with which this checkout's local installation hashes clients' addresses, from `.tidemark/address.key`. It is
 * created if it does not exist.
 */
export function localAddressKey(root: string = checkoutRoot): Promise<string> {
  return makeOnce(join(root, '.tidemark', 'address.key'), newAuthKey);
}
