import {
  addDependenciesToPackageJson,
  addProjectConfiguration,
  generateFiles,
  joinPathFragments,
  writeJson,
  type GeneratorCallback,
  type Tree,
} from '@nx/devkit';
import { join } from 'node:path';
import { aggregateGenerator } from '../aggregate/aggregate';
import { finish, type Formatting } from '../code/finish';
import { nameOf } from '../code/name';
import { commandGenerator } from '../command/command';
import { eventGenerator } from '../event/event';
import { processGenerator } from '../process/process';
import { projectionGenerator } from '../projection/projection';
import { dependencies, devDependencies, workspaceTools } from './versions';

export interface AppOptions extends Formatting {
  readonly name: string;
  /** The new folder, relative to the workspace; the name by default. */
  readonly directory?: string;
  /** Whether to write an aggregate, a read model and a process that show the way; `true` by default. */
  readonly example?: boolean;
}

/**
 * Makes an application. In a workspace of Nx, its dependencies go to the workspace's `package.json`; elsewhere, the
 * folder becomes a project of its own, in which the other generators run.
 *
 * @returns what installs the dependencies that were added to a workspace
 * @throws Error, before it changes anything, if the name is invalid or the folder is not empty
 */
export async function appGenerator(tree: Tree, options: AppOptions): Promise<GeneratorCallback> {
  const { fileName: name } = nameOf(options.name, 'application');
  const { directory = name, example = true } = options;
  if (tree.children(directory).length > 0) {
    throw new Error(`The folder ${directory} is not empty. Name another with --directory.`);
  }
  const isStandalone = !tree.exists('nx.json');
  const databaseName = name.replaceAll('-', '_');
  generateFiles(tree, join(__dirname, '../../src/app/files'), directory, {
    name,
    databaseName,
    isStandalone,
  });
  const install = isStandalone
    ? writeOwnProject(tree, name, directory)
    : joinWorkspace(tree, name, directory);
  if (example) {
    await writeExample(tree, directory);
  }
  await finish(tree, options);
  return install;
}

const scripts = {
  start: 'node --import tsx src/main.ts',
  test: 'node --import tsx --test src/*/*.test.ts',
  types: 'tsc --noEmit',
};

function writeOwnProject(tree: Tree, name: string, directory: string): GeneratorCallback {
  writeJson(tree, joinPathFragments(directory, 'package.json'), {
    name,
    version: '0.1.0',
    private: true,
    scripts,
    dependencies,
    devDependencies: { ...devDependencies, ...workspaceTools },
  });
  generateFiles(tree, join(__dirname, '../../src/app/workspace'), directory, { dot: '.' });
  return () => {};
}

function joinWorkspace(tree: Tree, name: string, directory: string): GeneratorCallback {
  writeJson(tree, joinPathFragments(directory, 'package.json'), {
    name,
    version: '0.1.0',
    private: true,
    scripts,
  });
  addProjectConfiguration(tree, name, {
    root: directory,
    projectType: 'application',
    sourceRoot: joinPathFragments(directory, 'src'),
    targets: {},
  });
  return addDependenciesToPackageJson(tree, dependencies, devDependencies);
}

/** A desk that takes tickets, and assigns each by itself. */
async function writeExample(tree: Tree, directory: string): Promise<void> {
  const inApp = { directory, aggregate: 'ticket', skipFormat: true };
  await aggregateGenerator(tree, {
    ...inApp,
    name: 'ticket',
    event: 'TicketOpened',
    command: 'open-ticket',
    fields: 'title:string',
  });
  await eventGenerator(tree, { ...inApp, name: 'TicketAssigned', status: 'ASSIGNED' });
  await eventGenerator(tree, { ...inApp, name: 'TicketClosed', fields: 'reason:string', status: 'CLOSED' });
  await commandGenerator(tree, { ...inApp, name: 'assign-ticket', event: 'TicketAssigned' });
  await commandGenerator(tree, { ...inApp, name: 'close-ticket', event: 'TicketClosed' });
  await projectionGenerator(tree, { ...inApp, name: 'tickets' });
  await processGenerator(tree, {
    ...inApp,
    name: 'assignment',
    on: 'TicketOpened',
    command: 'assign-ticket',
    until: 'TicketAssigned',
  });
}
