import { runCommand, type CommandLine, type CommandResult } from '../run-command';

export interface ControlOptions {
  /** How to call `rabbitmqctl`. Without it, every command fails. */
  readonly rabbitmqctl: CommandLine | undefined;
  readonly input?: string;
}

const controlWithinMs = 60_000;

/** Runs a command of `rabbitmqctl`. */
export function control(
  { rabbitmqctl, input }: ControlOptions,
  ...args: readonly string[]
): Promise<CommandResult> {
  if (!rabbitmqctl) {
    return Promise.resolve({ exitCode: 127, stdout: '', stderr: 'no rabbitmqctl for this broker' });
  }
  return runCommand(rabbitmqctl.command, [...rabbitmqctl.args, '--quiet', ...args], {
    environment: rabbitmqctl.environment,
    timeoutMs: controlWithinMs,
    ...(input !== undefined && { input }),
  });
}
