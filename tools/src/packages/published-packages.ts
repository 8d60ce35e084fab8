import { checkoutRoot, workspaceFolders } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Manifest } from './manifest';

/** A workspace that is published to npm: its manifest is not private. */
export interface PublishedPackage {
  /** Relative to the checkout. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** @param folder relative to the checkout; `.` for the workspace itself */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(join(checkoutRoot, folder, 'package.json'), 'utf8')) as Manifest;
}

export function publishedPackages(): PublishedPackage[] {
  return workspaceFolders()
    .map((folder) => ({ folder, manifest: readManifest(folder) }))
    .filter(({ manifest }) => manifest.private !== true);
}
