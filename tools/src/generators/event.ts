import { generateFiles, joinPathFragments, type GeneratorCallback, type Tree } from '@nx/devkit';
import {
  addEvent,
  AggregateCode,
  finish,
  nameOf,
  requireNewEvent,
  type Formatting,
  type Name,
} from '@tidemark/nx';
import { join } from 'node:path';

export interface DomainEventOptions extends Formatting {
  readonly name: string;
  /** The folder in `libs/domain`, such as `catalogue`. */
  readonly domain: string;
  readonly aggregate: string;
  /** The fields as code, in the words of `events.ts`: `productId: productIdSchema`. */
  readonly data: string;
  /** The decision that accepts the event, such as `reinstate-product`. It gets a file of its own. */
  readonly decision: string;
}

/**
 * A new event in the layout of this repository: the preset of `@tidemark/nx:event` for the recipe in
 * `docs/changing.md`.
 *
 * @returns what prints the steps that are left by hand
 * @throws Error, before it changes anything, if a name is taken, invalid or unknown
 */
export async function domainEventGenerator(
  tree: Tree,
  options: DomainEventOptions,
): Promise<GeneratorCallback> {
  const src = `libs/domain/${options.domain}/src`;
  if (!tree.exists(src)) {
    throw new Error(
      `libs/domain has no "${options.domain}". It has: ${tree.children('libs/domain').join(', ')}.`,
    );
  }
  const aggregate = new AggregateCode(tree, src, options.aggregate);
  const event = nameOf(options.name, 'event');
  const decision = nameOf(options.decision, 'decision');
  tree.children('libs/domain').forEach((domain) => requireNewEvent(tree, `libs/domain/${domain}/src`, event));
  const file = joinPathFragments(aggregate.folder, `${decision.fileName}.ts`);
  if (tree.exists(file)) {
    throw new Error(`${file} exists already. Choose another name.`);
  }
  addEvent(tree, { aggregate, event, schema: `z.strictObject({ ${options.data} })` });
  generateFiles(tree, join(__dirname, 'decision-files'), aggregate.folder, {
    fileName: decision.fileName,
    aggregate: aggregate.name,
    event,
    decision,
  });
  exportDecision(tree, src, aggregate.name, decision);
  await finish(tree, options);
  return () => console.log(leftByHand);
}

function exportDecision(tree: Tree, src: string, aggregate: Name, decision: Name): void {
  const index = joinPathFragments(src, 'index.ts');
  const line = `export { ${decision.propertyName}, type ${decision.className} } from './${aggregate.fileName}/${decision.fileName}';\n`;
  tree.write(index, tree.read(index, 'utf-8')! + line);
}

const leftByHand = `
Left by hand:
- the rules in the decision, and its spec
- the case in evolve, if the event changes the state
- a line in libs/domain/contracts/src/fixtures/sample-log.jsonl
- a case in apps/process-manager/src/books/books.fixture.ts
- npm run -s folds:record`;
