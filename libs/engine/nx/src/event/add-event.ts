import type { Tree } from '@nx/devkit';
import { Node, SyntaxKind, type SourceFile } from 'ts-morph';
import type { AggregateCode } from '../code/aggregate-code';
import { parse } from '../code/edit';
import { nameOf, type Name } from '../code/name';

export interface NewEvent {
  readonly aggregate: AggregateCode;
  readonly event: Name;
  /** The code of the event's schema, in the words of `events.ts`: `z.strictObject({ ticketId: z.string() })`. */
  readonly schema: string;
  /** The status that the aggregate has from then on. By default, the event leaves the state as it is. */
  readonly status?: string | undefined;
}

/**
 * Declares the event in `events.ts`, and gives `evolve` a case for it.
 *
 * @throws Error, before it changes anything, if one of the two files has another form
 */
export function addEvent(tree: Tree, { aggregate, event, schema, status }: NewEvent): void {
  const events = parse(tree, aggregate.eventsFile);
  const state = parse(tree, aggregate.stateFile);
  declare(events, event, schema);
  addCase(state, event, status === undefined ? undefined : statusIn(state, aggregate.name, status));
  tree.write(aggregate.eventsFile, events.getFullText());
  tree.write(aggregate.stateFile, state.getFullText());
}

function declare(source: SourceFile, event: Name, schema: string): void {
  const list = source.getVariableStatements().find((statement) => contractsIn(statement) !== undefined);
  const contracts = list && contractsIn(list);
  if (list === undefined || contracts === undefined) {
    throw new Error(
      `${pathOf(source)} has no list of its events, such as export const ticketContracts = [ticketOpened] as const.`,
    );
  }
  contracts.addElement(event.propertyName);
  const declaration = `export const ${event.propertyName} = defineEvent('${event.className}', ${schema});`;
  source.insertText(list.getStart(), `${declaration}\n\n`);
}

function contractsIn(statement: Node) {
  const list = statement.getFirstDescendantByKind(SyntaxKind.AsExpression)?.getExpression();
  return Node.isArrayLiteralExpression(list) ? list : undefined;
}

function addCase(source: SourceFile, event: Name, status: string | undefined): void {
  const choice = source
    .getDescendantsOfKind(SyntaxKind.SwitchStatement)
    .find((statement) => /\.type$/.test(statement.getExpression().getText()));
  const last = choice?.getCaseBlock().getClauses().find(Node.isDefaultClause);
  if (last === undefined) {
    throw new Error(
      `${pathOf(source)} has no switch (event.type) with a default. Write evolve with one, as in "default: return event satisfies never".`,
    );
  }
  // With its second event, the type becomes a union, which the compiler narrows as a whole.
  const end = last.getText().replace('event.type satisfies never', 'event satisfies never');
  const result = status === undefined ? 'state' : `{ ...state, status: '${status}' }`;
  last.replaceWithText(`case '${event.className}':\n      return ${result};\n    ${end}`);
}

/** Adds the status to the type of the state. */
function statusIn(source: SourceFile, aggregate: Name, text: string): string {
  const status = nameOf(text.toLowerCase().replaceAll('_', '-'), 'status').constantName;
  const property = source.getInterface(`${aggregate.className}State`)?.getProperty('status');
  const type = property?.getTypeNode();
  if (property === undefined || type === undefined) {
    throw new Error(
      `${pathOf(source)} has no interface ${aggregate.className}State with a status. Leave out --status, and write the case of the event by hand.`,
    );
  }
  if (!type.getText().includes(`'${status}'`)) {
    property.setType(`${type.getText()} | '${status}'`);
  }
  return status;
}

function pathOf(source: SourceFile): string {
  return source.getFilePath().slice(1);
}
