import { generateFiles, joinPathFragments, OverwriteStrategy, type Tree } from '@nx/devkit';
import { join } from 'node:path';
import { AggregateCode } from '../code/aggregate-code';
import { App, type InApp } from '../code/app';
import { samplesOf } from '../code/field';
import { finish, type Formatting } from '../code/finish';
import { nameOf } from '../code/name';
import { commandFields } from './command-fields';

export interface ProcessOptions extends InApp, Formatting {
  readonly name: string;
  /** The aggregate of the events and of the command. */
  readonly aggregate: string;
  /** The event that starts an instance. */
  readonly on: string;
  /** The command that the process asks for. */
  readonly command: string;
  /** The event that ends the process. */
  readonly until: string;
}

/** @throws Error, before it changes anything, if a name is taken, invalid or unknown */
export async function processGenerator(tree: Tree, options: ProcessOptions): Promise<void> {
  const app = new App(tree, options);
  const aggregate = new AggregateCode(tree, app.src, options.aggregate);
  const process = nameOf(options.name, 'process');
  const command = aggregate.requireCommand(options.command);
  const on = aggregate.event(options.on);
  const until = aggregate.event(options.until);
  if (on.name.className === until.name.className) {
    throw new Error(
      'The process would end with the event that starts it. Name two events with --on and --until.',
    );
  }
  app.requireNew(process.fileName);
  const { idField } = aggregate;
  const fieldNames = commandFields(tree, aggregate, command).filter((name) => name !== idField);
  const missing = fieldNames.filter((name) => !on.fields.some((field) => field.name === name));
  if (missing.length > 0) {
    throw new Error(
      `${command.className} needs ${missing.join(', ')}, which ${on.name.className} does not have. ` +
        'Name an event that has it with --on, or add a field to the event.',
    );
  }

  const substitutions = { aggregate: aggregate.name, command, idField };
  generateFiles(
    tree,
    join(__dirname, '../../src/process/command-files'),
    aggregate.folder,
    { ...substitutions, fileName: command.fileName },
    { overwriteStrategy: OverwriteStrategy.KeepExisting },
  );
  generateFiles(
    tree,
    join(__dirname, '../../src/process/files'),
    joinPathFragments(app.src, process.fileName),
    {
      ...substitutions,
      fileName: process.fileName,
      process,
      on: on.name,
      until: until.name,
      fieldNames,
      onSample: samplesOf(on.fields, idField),
      untilSample: samplesOf(until.fields, idField),
    },
  );
  app.register(
    { list: 'processes', name: process.propertyName, from: `${process.fileName}/${process.fileName}` },
    {
      list: 'commands',
      name: `${command.propertyName}Command`,
      from: `${aggregate.name.fileName}/${command.fileName}-command`,
    },
  );
  await finish(tree, options);
}
