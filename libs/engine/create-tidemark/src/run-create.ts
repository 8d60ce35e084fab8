import { Command } from 'commander';
import { execFileSync } from 'node:child_process';
import { relative } from 'node:path';
import { createProject } from './create-project';

export interface Output {
  readonly write: (text: string) => void;
  readonly writeError: (text: string) => void;
}

interface Options {
  readonly example: boolean;
  readonly format: boolean;
  readonly git: boolean;
}

/** Runs a command line and resolves to the exit code: 0, 1 for a refusal, 2 for a wrong command line. */
export async function runCreate(args: readonly string[], { write, writeError }: Output): Promise<number> {
  const program = new Command('create-tidemark')
    .description('Makes an application on Tidemark in a new folder.')
    .argument('<folder>', 'the new folder; its last part is the name of the application')
    .option('--no-example', 'leave out the aggregate, the read model and the process that show the way')
    .option('--no-format', 'leave the files as the templates have them')
    .option('--git', 'make a git repository of the folder', false)
    .configureOutput({ writeOut: write, writeErr: writeError })
    .exitOverride()
    .action(async (folder: string, { example, format, git }: Options) => {
      const created = await createProject({ folder, example, format });
      write(nextSteps(created.name, relative(process.cwd(), created.folder)));
      if (git) {
        initRepository(created.folder);
      }
    });
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    const { code, exitCode, message } = error as { code?: string; exitCode?: number; message: string };
    // Commander has already printed what is wrong with the command line, or its help.
    if (code?.startsWith('commander.')) {
      return exitCode === 0 ? 0 : 2;
    }
    writeError(`${message}\n`);
    return 1;
  }
}

function nextSteps(name: string, folder: string): string {
  const steps = [...(folder === '' ? [] : [`cd ${folder}`]), 'npm install', 'npm test', 'npm start'];
  return `${name} is ready. Next:\n\n${steps.map((step) => `  ${step}\n`).join('')}\nREADME.md says how to start a Postgres, and how to add to the application.\n`;
}

/** @throws Error if git is not installed, or fails */
function initRepository(folder: string): void {
  try {
    execFileSync('git', ['init', '--quiet'], { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (cause) {
    throw new Error(`The files are complete, but "git init" failed in ${folder}. Run it there yourself.`, {
      cause,
    });
  }
}
