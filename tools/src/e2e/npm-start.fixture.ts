import {
  checkoutRoot,
  eventually,
  findInstallation,
  serviceNames,
  type ServiceName,
} from '@tidemark/test-servers';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A command that runs in this checkout, as from a shell, in a process group of its own. */
export interface Command {
  readonly child: ChildProcess;
  /** Resolves to the exit code. */
  readonly ended: Promise<number | null>;
  /** What it has printed so far. */
  output(): string;
}

/** @param environment the whole environment */
export function runCommand(
  command: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
): Command {
  const child: ChildProcess = spawn(command, args, {
    cwd: checkoutRoot,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return { child, ended, output: () => output };
}

/** Long enough for a machine that is busy with other tests. */
const readyWithinMs = 240_000;

type Urls = Readonly<Record<ServiceName, string>>;

/** `npm start`, with the addresses that its first screen shows. */
export interface StartedByNpm extends Command {
  readonly urls: Urls;
  readonly adminUrls: Urls;
}

/** Resolves when everything runs. Not silent, so that npm's own lines are on the first screen too. */
export async function npmStart(environment: NodeJS.ProcessEnv): Promise<StartedByNpm> {
  const command = runCommand('npm', ['start', '--', '--free-ports', '--no-build'], environment);
  await eventually(() => expect(command.output()).toContain('Ctrl-C'), { withinMs: readyWithinMs });
  const shown = (which: 1 | 2) =>
    Object.fromEntries(
      serviceNames.map((service) => [
        service,
        new RegExp(`${service} .*(http://\\S+)/docs .*(http://\\S+)/docs`).exec(command.output())![which]!,
      ]),
    ) as Urls;
  return { ...command, urls: shown(1), adminUrls: shown(2) };
}

/** Ctrl-C: the signal goes to the whole process group, as from a terminal. */
export async function interrupt({ child, ended }: Command): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    process.kill(-child.pid!, 'SIGINT');
  }
  return ended;
}

/** The process numbers of the services that `npm start` runs now. */
export async function processesOf(name: string): Promise<readonly number[]> {
  const { owner } = (await findInstallation(name))!;
  const folder = join(checkoutRoot, '.tidemark/processes');
  // Among the files of other tests.
  const file = (await readdir(folder)).find((candidate) => candidate.startsWith(`${owner.pid}-`));
  const { processes } = JSON.parse(await readFile(join(folder, file!), 'utf8')) as {
    processes: readonly { readonly pid: number }[];
  };
  return processes.map(({ pid }) => pid);
}

export async function expectReady(urls: Urls): Promise<void> {
  const answers = await Promise.all(Object.values(urls).map((url) => fetch(`${url}/health/ready`)));
  expect(answers.map((answer) => answer.status)).toEqual(serviceNames.map(() => 200));
}

export async function expectGone(urls: Urls): Promise<void> {
  for (const url of Object.values(urls)) {
    await expect(fetch(`${url}/health/live`)).rejects.toThrow('fetch failed');
  }
}
