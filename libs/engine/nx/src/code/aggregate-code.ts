import { joinPathFragments, type Tree } from '@nx/devkit';
import { Node, SyntaxKind, type CallExpression, type SourceFile } from 'ts-morph';
import { parse } from './edit';
import type { Field } from './field';
import { nameOf, type Name } from './name';

/** An event as `events.ts` declares it. */
export interface DeclaredEvent {
  readonly name: Name;
  /** Of the newest version. `undefined` if its schema is not an object of zod that is written in place. */
  readonly fields: readonly Field[] | undefined;
}

/** An aggregate that exists: a folder with `events.ts` and a file of its own name. */
export class AggregateCode {
  readonly name: Name;
  readonly folder: string;
  readonly eventsFile: string;
  readonly stateFile: string;
  readonly events: readonly DeclaredEvent[];

  /**
   * @param src the folder that has the folders of aggregates
   * @throws Error if there is no such aggregate
   */
  constructor(
    private readonly tree: Tree,
    src: string,
    aggregate: string,
  ) {
    this.name = nameOf(aggregate, 'aggregate');
    this.folder = joinPathFragments(src, this.name.fileName);
    this.eventsFile = joinPathFragments(this.folder, 'events.ts');
    this.stateFile = joinPathFragments(this.folder, `${this.name.fileName}.ts`);
    if (!tree.exists(this.eventsFile) || !tree.exists(this.stateFile)) {
      const known = aggregatesIn(tree, src);
      const others = known.length > 0 ? `It has: ${known.join(', ')}.` : 'It has none.';
      throw new Error(`${src} has no aggregate "${aggregate}". ${others} @tidemark/nx:aggregate makes one.`);
    }
    this.events = declaredEvents(parse(tree, this.eventsFile));
  }

  /** The field with the aggregate's id, which every event has. */
  get idField(): string {
    return `${this.name.propertyName}Id`;
  }

  /** @throws Error if the aggregate has no such event, or if the event's fields can't be read */
  event(text: string): DeclaredEvent & { readonly fields: readonly Field[] } {
    const wanted = nameOf(text, 'event').className;
    const event = this.events.find(({ name }) => name.className === wanted);
    if (event === undefined) {
      const known = this.events.map(({ name }) => name.className).join(', ');
      throw new Error(
        `${this.eventsFile} has no event "${wanted}". It has: ${known}. @tidemark/nx:event adds one.`,
      );
    }
    const { name, fields } = event;
    if (!fields?.some((field) => field.name === this.idField)) {
      throw new Error(
        `The generator can't read the fields of ${wanted}: its schema in ${this.eventsFile} is not z.strictObject({ ${this.idField}: …, … }). ` +
          'Write this part by hand.',
      );
    }
    return { name, fields };
  }

  /** @throws Error if the file of the command does not exist */
  requireCommand(text: string): Name {
    const command = nameOf(text, 'command');
    if (!this.tree.exists(joinPathFragments(this.folder, `${command.fileName}.ts`))) {
      throw new Error(`${this.folder} has no command "${command.fileName}". @tidemark/nx:command makes one.`);
    }
    return command;
  }
}

/** The names of the aggregates whose folders are in `src`. */
export function aggregatesIn(tree: Tree, src: string): readonly string[] {
  return tree.children(src).filter((name) => tree.exists(joinPathFragments(src, name, 'events.ts')));
}

export function declaredEvents(source: SourceFile): readonly DeclaredEvent[] {
  return source
    .getDescendantsOfKind(SyntaxKind.CallExpression)
    .filter((call) => call.getExpression().getText() === 'defineEvent')
    .flatMap((call) => {
      const type = call.getArguments()[0];
      const name = Node.isStringLiteral(type) ? nameOf(type.getLiteralValue(), 'event') : undefined;
      return name ? [{ name, fields: fieldsOf(newestSchema(call)) }] : [];
    });
}

/** `defineEvent(type, first).next(second, upcast)`: the schema of the last version. */
function newestSchema(first: CallExpression): Node | undefined {
  let schema = first.getArguments()[1];
  let call: Node = first;
  for (;;) {
    const next = call.getParentIfKind(SyntaxKind.PropertyAccessExpression);
    const parent = next?.getName() === 'next' ? next.getParentIfKind(SyntaxKind.CallExpression) : undefined;
    if (parent === undefined) {
      return schema;
    }
    schema = parent.getArguments()[0];
    call = parent;
  }
}

function fieldsOf(schema: Node | undefined): readonly Field[] | undefined {
  const isObject =
    Node.isCallExpression(schema) && /^z\.(strictObject|object)$/.test(schema.getExpression().getText());
  const object = isObject ? schema.getArguments()[0] : undefined;
  if (!Node.isObjectLiteralExpression(object)) {
    return undefined;
  }
  const fields = object.getProperties().map((property) => {
    const text = Node.isPropertyAssignment(property) ? property.getInitializer()?.getText() : undefined;
    return text?.startsWith('z.')
      ? { name: (property as { getName(): string }).getName(), schema: text }
      : undefined;
  });
  return fields.every((field) => field !== undefined) ? fields : undefined;
}
