import { joinPathFragments, type Tree } from '@nx/devkit';
import { SyntaxKind } from 'ts-morph';
import type { AggregateCode } from '../code/aggregate-code';
import { parse } from '../code/edit';
import type { Name } from '../code/name';

/**
 * The names of the fields of a command, from its schema.
 *
 * @throws Error if the command has no schema that the generator can read
 */
export function commandFields(tree: Tree, { folder }: AggregateCode, command: Name): readonly string[] {
  const file = joinPathFragments(folder, `${command.fileName}.ts`);
  const name = `${command.propertyName}Schema`;
  const fields = parse(tree, file)
    .getVariableDeclaration(name)
    ?.getFirstDescendantByKind(SyntaxKind.ObjectLiteralExpression)
    ?.getChildrenOfKind(SyntaxKind.SyntaxList)[0]
    ?.getChildrenOfKind(SyntaxKind.PropertyAssignment)
    .map((property) => property.getName());
  if (fields === undefined) {
    throw new Error(
      `${file} has no ${name} = z.strictObject({ … }), which a process needs to ask for the command.`,
    );
  }
  return fields;
}
