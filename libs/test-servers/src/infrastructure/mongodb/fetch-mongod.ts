import { join } from 'node:path';
import { cacheDirectory } from '../cache-directory';
import { lastingHome, type Host } from '../host';

const probeWithinMs = 4_000;
const locateWithinMs = 20_000;
const downloadWithinMs = 180_000;

const script = 'require(process.argv[1]).MongoBinary.getPath().then((path) => process.stdout.write(path))';

/**
 * The path of a `mongod` that `mongodb-memory-server-core` downloaded before or downloads now. The download runs in a
 * separate process, which is ended if the network is too slow.
 *
 * @throws Error after a few seconds if the network does not allow the download.
 */
export async function fetchMongod(host: Host): Promise<string> {
  const cached = await getPath(host, { downloads: false });
  if (cached !== undefined) {
    return cached;
  }
  await assertReachable(host.environment);
  const fetched = await getPath(host, { downloads: true });
  if (fetched === undefined) {
    throw new Error('the download of mongod failed');
  }
  return fetched;
}

async function getPath(host: Host, { downloads }: { downloads: boolean }): Promise<string | undefined> {
  const cache = await cacheDirectory(host.environment, join(lastingHome(host.checkout), 'cache'));
  const module = require.resolve('mongodb-memory-server-core');
  const { exitCode, stdout } = await host.run(process.execPath, ['-e', script, module], {
    environment: {
      MONGOMS_DOWNLOAD_DIR: host.environment.MONGOMS_DOWNLOAD_DIR ?? join(cache, 'mongodb-binaries'),
      MONGOMS_RUNTIME_DOWNLOAD: String(downloads),
    },
    timeoutMs: downloads ? downloadWithinMs : locateWithinMs,
  });
  return exitCode === 0 && stdout !== '' ? stdout : undefined;
}

/**
 * Any answer means that the host is reachable. Through a proxy, this check is not possible, so only the download itself
 * shows it.
 */
async function assertReachable(environment: Host['environment']): Promise<void> {
  if (environment.HTTPS_PROXY ?? environment.https_proxy) {
    return;
  }
  const { MONGOMS_DOWNLOAD_URL, MONGOMS_DOWNLOAD_MIRROR } = environment;
  const url = MONGOMS_DOWNLOAD_URL ?? MONGOMS_DOWNLOAD_MIRROR ?? 'https://fastdl.mongodb.org';
  try {
    const response = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(probeWithinMs) });
    await response.body?.cancel();
  } catch (cause) {
    throw new Error(`${new URL(url).host} cannot be reached`, { cause });
  }
}
