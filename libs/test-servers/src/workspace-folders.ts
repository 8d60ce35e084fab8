import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkoutRoot } from './checkout-root';

/** The folders of all workspaces (`apps/…`, `libs/…`, `tools`), as npm's lock file lists them, in its order. */
export function workspaceFolders(): string[] {
  const lock = JSON.parse(readFileSync(join(checkoutRoot, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, unknown>>;
  };
  return Object.keys(lock.packages).filter((path) => path !== '' && !path.includes('node_modules/'));
}
