import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutRoot } from '../checkout-root';

const keyBytes = 32;

/** A fresh secret for HS256, in base64url. */
export function newAuthKey(): string {
  return randomBytes(keyBytes).toString('base64url');
}

/**
 * The key that this checkout's local installation signs tokens with, from `.tidemark/auth.key` (mode 0600); made when
 * there is none. Processes that ask at the same time get the same key.
 */
export async function localAuthKey(root: string = checkoutRoot): Promise<string> {
  const folder = join(root, '.tidemark');
  const path = join(folder, 'auth.key');
  return (await readKey(path)) ?? (await createKey(folder, path));
}

async function createKey(folder: string, path: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const draft = `${path}.${randomBytes(6).toString('hex')}`;
  await writeFile(draft, `${newAuthKey()}\n`, { mode: 0o600, flag: 'wx' });
  try {
    // A link appears with its content, and fails where another process was first.
    await link(draft, path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw cause;
    }
  } finally {
    await rm(draft);
  }
  return (await readKey(path))!;
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') {
      return undefined;
    }
    throw cause;
  }
}
