import { runTidemark } from '@tidemark/cli';
import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { argumentsOf, ctlCommandsIn } from '../deployment/runbook.fixture';
import { ctlEnvironment } from './ctl-environment.fixture';
import type { RunningSystem } from './running-system.fixture';

export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** A page of `docs/operations`, and an operator who follows it. */
export interface Runbook {
  /**
   * Runs a command of the page, with the placeholders between `<` and `>` replaced.
   *
   * @throws Error if the page does not contain the command, because an operator would not know it
   */
  ctl(command: string, values?: Readonly<Record<string, string>>): Promise<Outcome>;
}

export async function openRunbook(name: string, system: RunningSystem): Promise<Runbook> {
  const page = readFileSync(join(checkoutRoot, 'docs/operations', `${name}.md`), 'utf8');
  const quoted = ctlCommandsIn(page);
  const environment = await ctlEnvironment(system);
  return {
    ctl: async (command, values = {}) => {
      if (!quoted.includes(command)) {
        throw new Error(`${name} does not say: ctl ${command}`);
      }
      const filled = argumentsOf(command).map((argument) => {
        const [, placeholder] = /^<(.+)>$/.exec(argument) ?? [];
        return placeholder === undefined ? argument : values[placeholder]!;
      });
      let [output, errors] = ['', ''];
      const code = await runTidemark(filled, {
        environment,
        write: (text) => (output += text),
        writeError: (text) => (errors += text),
      });
      return { code, output, errors };
    },
  };
}
