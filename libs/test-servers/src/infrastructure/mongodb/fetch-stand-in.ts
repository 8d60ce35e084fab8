import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutRoot } from '../../checkout-root';
import { cacheDirectory } from '../cache-directory';
import { lastingHome, type Host } from '../host';
import { runCommand } from '../run-command';

export const standInVersion = '1.47.0';

const fetchWithinMs = 180_000;
/** Used for downloads on behalf of callers that start no server. */
const here = { environment: process.env, checkout: checkoutRoot, run: runCommand };

const pom = `<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>tidemark</groupId><artifactId>mongodb-stand-in</artifactId><version>1</version>
  <dependencies>
    <dependency>
      <groupId>de.bwaldvogel</groupId><artifactId>mongo-java-server</artifactId><version>${standInVersion}</version>
    </dependency>
  </dependencies>
</project>
`;

/**
 * Reports wire version 9, the oldest that the driver accepts. The server itself reports a lower version, but supports
 * the commands that are used.
 */
const mainSource = `import de.bwaldvogel.mongo.MongoServer;
import de.bwaldvogel.mongo.MongoVersion;
import de.bwaldvogel.mongo.backend.memory.MemoryBackend;
import java.util.List;

public class Main {
  public static void main(String[] arguments) {
    MongoVersion version = new MongoVersion() {
      public List<Integer> getVersionArray() { return List.of(4, 4, 0); }
      public int getWireVersion() { return 9; }
    };
    new MongoServer(new MemoryBackend().version(version)).bind("127.0.0.1", Integer.parseInt(arguments[0]));
  }
}
`;

/**
 * The folder that holds mongo-java-server's jars in `lib` and a `Main.java` to start it with; Maven downloads it if it
 * is not in the user's cache.
 */
export async function fetchStandIn(
  host: Pick<Host, 'environment' | 'checkout' | 'run'> = here,
): Promise<string> {
  const cache = await cacheDirectory(host.environment, join(lastingHome(host.checkout), 'cache'));
  const folder = join(cache, `mongo-java-server-${standInVersion}`);
  if (await hasFiles(folder)) {
    return folder;
  }
  const draft = await mkdtemp(join(cache, 'fetching-'));
  try {
    await writeFile(join(draft, 'pom.xml'), pom);
    await writeFile(join(draft, 'Main.java'), mainSource);
    await runMaven(draft, host);
    await moveInto(folder, draft);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}

async function runMaven(folder: string, { run }: Pick<Host, 'run'>): Promise<void> {
  // A separate repository: the user's own may not be writable, and Maven does not lock it against another Maven.
  const repository = join(folder, 'repository');
  await mkdir(repository);
  const { exitCode, stdout, stderr } = await run(
    'mvn',
    [
      ...['--quiet', '--batch-mode', `-Dmaven.repo.local=${repository}`],
      ...['dependency:copy-dependencies', '-DoutputDirectory=lib'],
    ],
    { cwd: folder, timeoutMs: fetchWithinMs },
  );
  if (exitCode !== 0) {
    const said = `${stdout}${stderr}`.split('\n').find((line) => line.includes('ERROR'));
    throw new Error(`Maven could not fetch mongo-java-server: ${said ?? `exit code ${exitCode}`}`);
  }
  await rm(repository, { recursive: true });
}

/** A rename is atomic. A second process finds the folder filled and uses it. */
async function moveInto(folder: string, draft: string): Promise<void> {
  try {
    await rename(draft, folder);
  } catch (cause) {
    if (!(await hasFiles(folder))) {
      throw cause;
    }
  }
}

async function hasFiles(folder: string): Promise<boolean> {
  const names = await readdir(join(folder, 'lib')).catch(() => []);
  return names.length > 0;
}
