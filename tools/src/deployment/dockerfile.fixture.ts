import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** One stage of the Dockerfile, including what it inherits from its base stage. */
export interface Stage {
  readonly name: string;
  readonly from: string;
  readonly instructions: readonly Instruction[];
}

export interface Instruction {
  readonly keyword: string;
  readonly text: string;
}

/** The stages by name. */
export function dockerfileStages(): ReadonlyMap<string, Stage> {
  const stages = new Map<string, Stage>();
  for (const { keyword, text } of instructionsIn(readFileSync(join(checkoutRoot, 'Dockerfile'), 'utf8'))) {
    if (keyword === 'FROM') {
      const [, from, name] = /^(\S+) AS (\S+)$/.exec(text)!;
      stages.set(name!, { name: name!, from: from!, instructions: [] });
    } else {
      const stage = [...stages.values()].at(-1)!;
      stages.set(stage.name, { ...stage, instructions: [...stage.instructions, { keyword, text }] });
    }
  }
  return stages;
}

/** The instructions of a target, starting with those of its base stages. */
export function instructionsOf(target: string, stages = dockerfileStages()): readonly Instruction[] {
  const stage = stages.get(target);
  return stage ? [...instructionsOf(stage.from, stages), ...stage.instructions] : [];
}

function instructionsIn(text: string): Instruction[] {
  return text
    .replaceAll(/^#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [, keyword, rest] = /^(\S+) (.*)$/.exec(line)!;
      return { keyword: keyword!, text: rest! };
    });
}
