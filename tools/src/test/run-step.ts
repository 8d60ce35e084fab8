import { spawn } from 'node:child_process';

export interface Step {
  readonly name: string;
  readonly command: string;
  readonly arguments: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What to print beside the time, from the command's output. */
  readonly remark?: (output: string) => string | undefined;
}

export interface StepResult {
  readonly name: string;
  readonly ok: boolean;
}

/** Runs a command to its end, collects its output, and prints it if the command failed. */
export function runStep(
  step: Step,
  print: (text: string) => void,
  signal?: AbortSignal,
): Promise<StepResult> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const child = spawn(step.command, step.arguments, {
      env: { ...process.env, ...step.environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
    });
    let output = '';
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const finish = (ok: boolean): void => {
      const seconds = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
      const remarks = [seconds, step.remark?.(output)].filter((remark) => remark !== undefined).join(', ');
      print(`${ok ? 'ok    ' : 'FAILED'} ${step.name} (${remarks})\n${ok ? '' : `${output.trimEnd()}\n`}`);
      resolve({ name: step.name, ok });
    };
    child.on('error', (error) => {
      output += error.message;
      finish(false);
    });
    child.on('close', (code) => finish(code === 0));
  });
}
