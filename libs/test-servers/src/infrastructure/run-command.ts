import { spawn } from 'node:child_process';

/** A program and its first arguments; more are added to it. */
export interface CommandLine {
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

export interface CommandOptions {
  readonly cwd?: string;
  /** Variables that are added to this process's own environment. */
  readonly environment?: Readonly<Record<string, string>>;
  /** After this time, the command and its child processes are killed. Default 30 000. */
  readonly timeoutMs?: number;
  /** The command's standard input. Default: empty. */
  readonly input?: string;
  readonly uid?: number;
  readonly gid?: number;
}

export interface CommandResult {
  /** The exit code as in a shell: 127 if the program does not exist, 124 if it was killed after the time limit. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and never rejects: a program that can't be started counts as failed. */
export type CommandRunner = (
  command: string,
  args: readonly string[],
  options?: CommandOptions,
) => Promise<CommandResult>;

export const runCommand: CommandRunner = (
  command,
  args,
  { environment, timeoutMs = 30_000, input = '', ...rest } = {},
) =>
  new Promise((resolve) => {
    const child = spawn(command, args, {
      ...rest,
      env: { ...process.env, ...environment },
      stdio: 'pipe',
      // The command gets its own process group, because `rabbitmqctl` is a script, and the program that it starts may
      // hang.
      detached: true,
    });
    // The command may end without reading its input.
    child.stdin.on('error', () => undefined).end(input);
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      process.kill(-child.pid!, 'SIGKILL');
    }, timeoutMs);
    const finish = (exitCode: number, reason = ''): void => {
      clearTimeout(timer);
      resolve({ exitCode, stdout, stderr: stderr || reason });
    };
    child.once('error', (error) => finish(127, error.message));
    child.once('close', (code) => {
      if (timedOut) {
        stderr += `\nended after ${timeoutMs} ms`;
      }
      finish(timedOut ? 124 : (code ?? 127));
    });
  });
