import { generateFiles, joinPathFragments } from '@nx/devkit';
import { join } from 'node:path';
import { AggregateCode } from '../code/aggregate-code';
import type { App } from '../code/app';
import { samplesOf, schemasOf } from '../code/field';
import { nameOf, wordsOf } from '../code/name';
import { addRoute, controllerIn } from './add-route';

export interface NewCommand {
  readonly name: string;
  readonly aggregate: string;
  /** The event that the command is accepted with. The command gets its fields. */
  readonly event: string;
}

/**
 * Writes the decision, its test and its route. The command of the aggregate's first event creates the aggregate.
 *
 * @throws Error, before it changes anything, if a name is taken, invalid or unknown
 */
export function writeCommand(app: App, options: NewCommand): void {
  const { tree, src } = app;
  const aggregate = new AggregateCode(tree, src, options.aggregate);
  const command = nameOf(options.name, 'command');
  const { name: event, fields } = aggregate.event(options.event);
  const first = aggregate.event(aggregate.events[0]!.name.className);
  app.requireNew(joinPathFragments(aggregate.name.fileName, `${command.fileName}.ts`));
  const controller = controllerIn(tree, aggregate);
  const { idField } = aggregate;
  const creates = event.className === first.name.className;
  const substitutions = {
    fileName: command.fileName,
    aggregate: aggregate.name,
    command,
    event,
    first: first.name,
    creates,
    idField,
    words: wordsOf(aggregate.name),
    refusal: `${aggregate.name.fileName.replaceAll('-', '_')}_${creates ? 'exists' : 'not_found'}`,
    fields: schemasOf(fields),
    sample: samplesOf(fields, idField),
    firstSample: samplesOf(first.fields, idField),
  };
  addRoute(tree, controller, { aggregate, command, creates, hasBody: fields.length > 1 });
  generateFiles(tree, join(__dirname, '../../src/command/files'), aggregate.folder, substitutions);
}
