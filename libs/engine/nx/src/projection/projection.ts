import { generateFiles, joinPathFragments, names, type Tree } from '@nx/devkit';
import { join } from 'node:path';
import { AggregateCode } from '../code/aggregate-code';
import { App, type InApp } from '../code/app';
import { requireUnique, sampleOf, samplesOf, schemasOf } from '../code/field';
import { finish, type Formatting } from '../code/finish';
import { nameOf, type Name } from '../code/name';

export interface ProjectionOptions extends InApp, Formatting {
  readonly name: string;
  readonly aggregate: string;
  /** The event that creates a document, which gets the event's fields; the aggregate's first event by default. */
  readonly on?: string;
}

/** @throws Error, before it changes anything, if a name is taken, invalid or unknown */
export async function projectionGenerator(tree: Tree, options: ProjectionOptions): Promise<void> {
  const app = new App(tree, options);
  const aggregate = new AggregateCode(tree, app.src, options.aggregate);
  const projection = nameOf(options.name, 'projection');
  const event = aggregate.event(options.on ?? aggregate.events[0]!.name.className);
  app.requireNew(projection.fileName);
  const { idField } = aggregate;
  const fields = event.fields.filter(({ name }) => name !== idField);
  const since = { name: sinceField(event.name, aggregate.name), schema: 'z.string()' };
  requireUnique([...fields, since]);

  generateFiles(
    tree,
    join(__dirname, '../../src/projection/files'),
    joinPathFragments(app.src, projection.fileName),
    {
      fileName: projection.fileName,
      projection,
      aggregate: aggregate.name,
      event: event.name,
      idField,
      modelName: projection.fileName.replaceAll('-', '_'),
      modelFields: schemasOf([...fields, since]),
      fieldNames: fields.map(({ name }) => name),
      sinceField: since.name,
      sample: samplesOf(event.fields, idField),
      samples: Object.fromEntries(fields.map((field) => [field.name, sampleOf(field)])),
    },
  );
  app.register(
    {
      list: 'projections',
      name: `${projection.propertyName}Projection`,
      from: `${projection.fileName}/${projection.fileName}-projection`,
    },
    {
      list: 'controllers',
      name: `${projection.className}Controller`,
      from: `${projection.fileName}/${projection.fileName}.controller`,
    },
  );
  await finish(tree, options);
}

/** `TicketOpened` of a `Ticket` gives `openedAt`. */
function sinceField({ className }: Name, aggregate: Name): string {
  const isPrefixed = className.startsWith(aggregate.className) && className !== aggregate.className;
  return `${names(isPrefixed ? className.slice(aggregate.className.length) : className).propertyName}At`;
}
