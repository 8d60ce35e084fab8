import { joinPathFragments, type Tree } from '@nx/devkit';
import { Node, SyntaxKind, type ArrayLiteralExpression, type SourceFile } from 'ts-morph';
import { addImport, edit, parse } from './edit';

/** The folder of an application, relative to the workspace. */
export interface InApp {
  /** The folder where Nx was called by default. */
  readonly directory?: string;
}

/** Registers what an application runs in its module. */
export interface Registration {
  readonly list: 'aggregates' | 'projections' | 'processes' | 'commands' | 'controllers';
  readonly name: string;
  /** The module that exports it, relative to `src`. */
  readonly from: string;
}

/** An application that the generator `app` made. */
export class App {
  readonly src: string;
  private readonly module: string;

  /** @throws Error if there is no application in the folder */
  constructor(
    readonly tree: Tree,
    { directory = '.' }: InApp,
  ) {
    this.src = joinPathFragments(directory, 'src');
    this.module = joinPathFragments(this.src, 'app.module.ts');
    if (!tree.exists(this.module) || featureIn(parse(tree, this.module)) === undefined) {
      throw new Error(
        `${this.module} has no TidemarkModule.forFeature({ … }). Run the generator in the folder of an application, ` +
          'or name the folder with --directory. @tidemark/nx:app makes an application.',
      );
    }
  }

  /** @throws Error if the folder exists */
  requireNew(folder: string): void {
    const path = joinPathFragments(this.src, folder);
    if (this.tree.exists(path)) {
      throw new Error(`${path} exists already. Choose another name.`);
    }
  }

  register(...registrations: readonly Registration[]): void {
    edit(this.tree, this.module, (source) => {
      for (const { list, name, from } of registrations) {
        const array = listIn(source, list);
        if (!array.getElements().some((element) => element.getText() === name)) {
          array.addElement(name);
          addImport(source, `./${from}`, name);
        }
      }
    });
  }
}

function featureIn(source: SourceFile) {
  return source
    .getDescendantsOfKind(SyntaxKind.CallExpression)
    .find((call) => call.getExpression().getText() === 'TidemarkModule.forFeature')
    ?.getArguments()[0]
    ?.asKind(SyntaxKind.ObjectLiteralExpression);
}

function listIn(source: SourceFile, list: Registration['list']): ArrayLiteralExpression {
  const owner =
    list === 'controllers'
      ? source.getClass('AppModule')?.getDecorator('Module')?.getArguments()[0]
      : featureIn(source);
  const object = owner?.asKind(SyntaxKind.ObjectLiteralExpression);
  const property =
    object?.getProperty(list) ?? object?.addPropertyAssignment({ name: list, initializer: '[]' });
  const array = Node.isPropertyAssignment(property) ? property.getInitializer() : undefined;
  if (!Node.isArrayLiteralExpression(array)) {
    throw new Error(
      `${source.getFilePath().slice(1)} has no list "${list}" in brackets. Write it as ${list}: [].`,
    );
  }
  return array;
}
