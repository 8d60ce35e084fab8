import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { checkoutRoot } from '../checkout-root';
import { makeOnce } from './make-once';

/** The owners that sign messages: the relay signs events, the process signs its commands. */
const owners = ['relay', 'process:order-fulfilment'];
const secretBytes = 32;

/**
 * Fresh keys for the messages of one installation, as the text of a key file: one for each owner, without an expiry.
 */
export function newMessageKeys(of: readonly string[] = owners): string {
  const keys = of.map((owner) => ({
    id: `${owner.replace(':', '.')}-${randomBytes(4).toString('hex')}`,
    owner,
    secret: randomBytes(secretBytes).toString('base64url'),
  }));
  return JSON.stringify({ keys }, undefined, 2);
}

/** The path of this checkout's keys for signing messages: `.tidemark/message-keys.json`, created once. */
export async function localMessageKeysFile(root: string = checkoutRoot): Promise<string> {
  const path = join(root, '.tidemark', 'message-keys.json');
  await makeOnce(path, newMessageKeys);
  return path;
}
