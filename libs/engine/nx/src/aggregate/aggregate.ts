import { generateFiles, joinPathFragments, names, type Tree } from '@nx/devkit';
import { join } from 'node:path';
import { App, type InApp } from '../code/app';
import { fieldsIn, requireUnique, schemasOf } from '../code/field';
import { finish, type Formatting } from '../code/finish';
import { nameOf, pluralOf, wordsOf } from '../code/name';
import { writeCommand } from '../command/write-command';
import { requireNewEvent } from '../event/require-new-event';

export interface AggregateOptions extends InApp, Formatting {
  readonly name: string;
  /** The event that creates it; `<Name>Created` by default. */
  readonly event?: string;
  /** The command that creates it; `create-<name>` by default. */
  readonly command?: string;
  /** The fields of the event besides the id: `title:string,priority:int`. */
  readonly fields?: string;
}

/** @throws Error, before it changes anything, if a name is taken or invalid */
export async function aggregateGenerator(tree: Tree, options: AggregateOptions): Promise<void> {
  const app = new App(tree, options);
  const aggregate = nameOf(options.name, 'aggregate');
  const event = nameOf(options.event ?? `${aggregate.className}Created`, 'event');
  const command = nameOf(options.command ?? `create-${aggregate.fileName}`, 'command');
  const idField = `${aggregate.propertyName}Id`;
  const fields = [{ name: idField, schema: 'z.string()' }, ...fieldsIn(options.fields ?? '')];
  requireUnique(fields);
  app.requireNew(aggregate.fileName);
  requireNewEvent(tree, app.src, event);
  if (new Set([aggregate, event, command].map(({ propertyName }) => propertyName)).size < 3) {
    throw new Error('The aggregate, its event and its command need three names.');
  }

  generateFiles(
    tree,
    join(__dirname, '../../src/aggregate/files'),
    joinPathFragments(app.src, aggregate.fileName),
    {
      fileName: aggregate.fileName,
      aggregate,
      event,
      idField,
      fields: schemasOf(fields),
      status: names(wordsOf(event).split(' ').at(-1)!).constantName,
      route: pluralOf(aggregate.fileName),
    },
  );
  app.register(
    { list: 'aggregates', name: aggregate.propertyName, from: `${aggregate.fileName}/${aggregate.fileName}` },
    {
      list: 'controllers',
      name: `${aggregate.className}Controller`,
      from: `${aggregate.fileName}/${aggregate.fileName}.controller`,
    },
  );
  writeCommand(app, { name: command.fileName, aggregate: aggregate.fileName, event: event.className });
  await finish(tree, options);
}
