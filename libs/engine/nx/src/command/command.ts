import type { Tree } from '@nx/devkit';
import { App, type InApp } from '../code/app';
import { finish, type Formatting } from '../code/finish';
import { writeCommand, type NewCommand } from './write-command';

export interface CommandOptions extends NewCommand, InApp, Formatting {}

/** @throws Error, before it changes anything, if a name is taken, invalid or unknown */
export async function commandGenerator(tree: Tree, options: CommandOptions): Promise<void> {
  writeCommand(new App(tree, options), options);
  await finish(tree, options);
}
