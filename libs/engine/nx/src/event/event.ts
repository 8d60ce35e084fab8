import type { Tree } from '@nx/devkit';
import { AggregateCode } from '../code/aggregate-code';
import { App, type InApp } from '../code/app';
import { fieldsIn, requireUnique, schemasOf } from '../code/field';
import { finish, type Formatting } from '../code/finish';
import { nameOf } from '../code/name';
import { addEvent } from './add-event';
import { requireNewEvent } from './require-new-event';

export interface EventOptions extends InApp, Formatting {
  readonly name: string;
  readonly aggregate: string;
  /** The fields of the event besides the id: `reason:string`. */
  readonly fields?: string;
  /** The status that the aggregate has from then on. By default, the event leaves the state as it is. */
  readonly status?: string;
}

/** @throws Error, before it changes anything, if a name is taken, invalid or unknown */
export async function eventGenerator(tree: Tree, options: EventOptions): Promise<void> {
  const { src } = new App(tree, options);
  const aggregate = new AggregateCode(tree, src, options.aggregate);
  const event = nameOf(options.name, 'event');
  const fields = [{ name: aggregate.idField, schema: 'z.string()' }, ...fieldsIn(options.fields ?? '')];
  requireUnique(fields);
  requireNewEvent(tree, src, event);
  addEvent(tree, {
    aggregate,
    event,
    schema: `z.strictObject({ ${schemasOf(fields)} })`,
    status: options.status,
  });
  await finish(tree, options);
}
