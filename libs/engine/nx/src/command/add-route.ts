import { joinPathFragments, type Tree } from '@nx/devkit';
import type { SourceFile } from 'ts-morph';
import type { AggregateCode } from '../code/aggregate-code';
import { addImport, edit, parse } from '../code/edit';
import type { Name } from '../code/name';

export interface NewRoute {
  readonly aggregate: AggregateCode;
  readonly command: Name;
  readonly creates: boolean;
  /** Whether the command has fields besides the id. */
  readonly hasBody: boolean;
}

/**
 * The file with the aggregate's routes.
 *
 * @throws Error if it is missing, or has another form
 */
export function controllerIn(tree: Tree, { folder, name }: AggregateCode): string {
  const file = joinPathFragments(folder, `${name.fileName}.controller.ts`);
  if (!tree.exists(file) || classIn(parse(tree, file), name) === undefined) {
    throw new Error(`${file} has no class ${name.className}Controller with the repository of the aggregate.`);
  }
  return file;
}

function classIn(source: SourceFile, { className }: Name) {
  const controller = source.getClass(`${className}Controller`);
  const parameters = controller?.getConstructors()[0]?.getParameters() ?? [];
  return parameters.some((parameter) => parameter.getName() === 'repository') ? controller : undefined;
}

export function addRoute(tree: Tree, file: string, { aggregate, command, creates, hasBody }: NewRoute): void {
  const { propertyName, className, fileName } = command;
  const { idField } = aggregate;
  const inBody = `Omit<${className}, '${idField}'>`;
  const body = `@Body(new SchemaPipe(${propertyName}Schema.omit({ ${idField}: true }))) body: ${inBody},`;
  const route = creates ? ':id' : `:id/${verbOf(fileName, aggregate.name.fileName)}`;
  const method = `
@Post('${route}')
async ${propertyName}(
  @Param('id') ${idField}: string,${hasBody ? `\n  ${body}` : ''}
  @Headers('idempotency-key') key?: string,
) {
  const command = { ${hasBody ? '...body, ' : ''}${idField} };
  const execution = await this.repository.execute(
    ${idField},
    commandFrom({ ${propertyName}: command }, key),
    (state) => ${propertyName}(command, state),${creates ? '\n    { startsStream: true },' : ''}
  );
  return writeResultOf(execution);
}`;
  edit(tree, file, (source) => {
    classIn(source, aggregate.name)!.addMember(method);
    addImport(source, '@nestjs/common', ...(hasBody ? ['Body'] : []), 'Headers', 'Param', 'Post');
    addImport(source, '@tidemark/nestjs', 'writeResultOf');
    addImport(source, '../http', 'commandFrom', ...(hasBody ? ['SchemaPipe'] : []));
    const own = hasBody ? [propertyName, `${propertyName}Schema`, `type ${className}`] : [propertyName];
    addImport(source, `./${fileName}`, ...own);
  });
}

/** `close-ticket` of a `ticket` is `close`. */
function verbOf(command: string, aggregate: string): string {
  return command.endsWith(`-${aggregate}`) ? command.slice(0, -aggregate.length - 1) : command;
}
