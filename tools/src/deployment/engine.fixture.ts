import { checkoutRoot } from '@tidemark/test-servers';
import { execFile, execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { dockerfileStages } from './dockerfile.fixture';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Engine {
  /**
   * The variables for programs that talk to the engine. If there are stand-ins, Compose also reads the file that
   * describes them.
   */
  readonly environment: Readonly<Record<string, string>>;
}

const standIns = join(checkoutRoot, 'tools/src/deployment/stand-ins');
const folder = join(homedir(), '.cache/tidemark/docker');
const pullWithinMs = 300_000;

const answers = (environment: NodeJS.ProcessEnv = process.env) => {
  try {
    execFileSync('docker', ['info'], { env: environment, stdio: 'ignore', timeout: 10_000 });
    return true;
  } catch {
    return false;
  }
};
const isDebian = () => {
  try {
    return process.getuid?.() === 0 && /^ID=debian$/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
};

/** Skips where there is no Docker engine and none can be started from Debian's packages. */
export const describeWithEngine = answers() || isDebian() ? describe : describe.skip;

/** Runs a program, and returns its outcome even if it fails. After the time, if one is given, the program is ended. */
export function run(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  timeout = 0,
): Promise<Run> {
  const options = { cwd: checkoutRoot, env: { ...process.env, ...environment }, maxBuffer: 2 ** 26, timeout };
  return new Promise((resolve) =>
    execFile(command, args, options, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    ),
  );
}

async function succeed(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { code, stderr } = await run(command, args, environment);
  if (code !== 0) {
    throw new Error(`${command} ${args.join(' ')} failed:\n${stderr.split('\n').slice(-20).join('\n')}`);
  }
}

/**
 * The running engine, or one started from Debian's packages, which keeps running after the test. Where the images of
 * the Dockerfile and of Compose can't be pulled, it gets stand-ins.
 *
 * @param mongodbServer the folder of mongo-java-server
 */
export async function findEngine(mongodbServer: () => Promise<string>): Promise<Engine> {
  let environment: Record<string, string> = {};
  if (!answers()) {
    environment = {
      PATH: [join(folder, 'root/usr/sbin'), join(folder, 'root/usr/bin'), process.env.PATH].join(delimiter),
      DOCKER_HOST: `unix://${folder}/docker.sock`,
      DOCKER_CONFIG: folder,
    };
    if (!answers({ ...process.env, ...environment })) {
      await succeed(join(standIns, 'engine.sh'), [folder]);
    }
  }
  const base = dockerfileStages().get('node')!.from;
  const pulled = await run('docker', ['pull', '--quiet', base], environment, pullWithinMs);
  if (pulled.code === 0) {
    return { environment };
  }
  await succeed(join(standIns, 'images.sh'), [folder, await mongodbServer()], environment);
  const files = [join(checkoutRoot, 'docker-compose.yml'), join(standIns, 'compose.yml')];
  return {
    environment: { ...environment, NODE_IMAGE: base, COMPOSE_FILE: files.join(delimiter) },
  };
}
