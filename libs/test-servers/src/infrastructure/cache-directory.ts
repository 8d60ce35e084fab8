import { mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/**
 * A folder for downloads that belongs to the user and not to the checkout, so that a fresh clone does not download
 * again: `$XDG_CACHE_HOME/tidemark`, else `~/.cache/tidemark`. Users without a home (`nobody`) get `fallback`.
 */
export async function cacheDirectory(
  environment: Readonly<Record<string, string | undefined>>,
  fallback: string,
): Promise<string> {
  const base = environment.XDG_CACHE_HOME || join(environment.HOME || homedir(), '.cache');
  for (const folder of [join(base, 'tidemark'), fallback]) {
    try {
      await mkdir(folder, { recursive: true });
      return folder;
    } catch {
      // Not writable: try the next one.
    }
  }
  throw new Error(`neither ${base} nor ${fallback} is writable`);
}
