import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cacheDirectory } from './cache-directory';

describe('cacheDirectory', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-cache-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is below XDG_CACHE_HOME, or else below the user's home", async () => {
    const home = join(folder, 'home');
    const cache = join(folder, 'cache');
    await expect(cacheDirectory({ HOME: home, XDG_CACHE_HOME: cache }, '')).resolves.toBe(
      join(cache, 'tidemark'),
    );
    await expect(cacheDirectory({ HOME: home }, '')).resolves.toBe(join(home, '.cache/tidemark'));
  });

  it('is the fallback for a user without a home', async () => {
    const notAFolder = join(folder, 'file');
    await writeFile(notAFolder, '');
    const fallback = join(folder, 'fallback');
    await expect(cacheDirectory({ HOME: notAFolder }, fallback)).resolves.toBe(fallback);
  });
});
