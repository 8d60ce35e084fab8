import type { Tree } from '@nx/devkit';
import { createTree } from '@nx/devkit/testing';
import { checkoutRoot } from '@tidemark/test-servers';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { domainEventGenerator, type DomainEventOptions } from './event';

const domain = 'libs/domain';

/** The domain as it is, in memory. */
function tree(): Tree {
  const tree = createTree();
  for (const name of readdirSync(join(checkoutRoot, domain), { recursive: true, encoding: 'utf8' })) {
    const path = join(domain, name);
    if (/\/src\/.*\.ts$/.test(path) && statSync(join(checkoutRoot, path)).isFile()) {
      tree.write(path, readFileSync(join(checkoutRoot, path)));
    }
  }
  return tree;
}

const reinstated: DomainEventOptions = {
  name: 'ProductReinstated',
  domain: 'catalogue',
  aggregate: 'product',
  data: 'productId: productIdSchema',
  decision: 'reinstate-product',
  skipFormat: true,
};
const filesOf = (of: Tree) => of.listChanges().map(({ path, content }) => [path, content?.toString()]);
const textOf = (of: Tree, path: string) => of.read(join(domain, path), 'utf-8')!;

it('adds the event of the recipe, with its decision', async () => {
  const changed = tree();
  await domainEventGenerator(changed, reinstated);

  expect(textOf(changed, 'catalogue/src/product/events.ts')).toContain(
    "export const productReinstated = defineEvent('ProductReinstated', z.strictObject({ productId: productIdSchema }));",
  );
  expect(textOf(changed, 'catalogue/src/product/events.ts')).toMatch(
    /productDiscontinued,\s+productReinstated,?\s*\] as const/,
  );
  expect(textOf(changed, 'catalogue/src/product/product.ts')).toMatch(
    /case 'ProductReinstated':\s+return state;\s+default:\s+return event satisfies never;/,
  );
  expect(textOf(changed, 'catalogue/src/product/reinstate-product.ts')).toContain(
    'export function reinstateProduct(',
  );
  expect(textOf(changed, 'catalogue/src/index.ts')).toContain(
    "export { reinstateProduct, type ReinstateProduct } from './product/reinstate-product';",
  );
});

it.each([
  [{ name: 'ProductAdded' }, /has an event "ProductAdded" already/],
  [{ name: 'OrderCreated' }, /ordering\/src\/order\/events\.ts has an event "OrderCreated" already/],
  [{ domain: 'sales' }, /libs\/domain has no "sales"\. It has: .*catalogue/],
  [{ aggregate: 'article' }, /has no aggregate "article"\. It has: product/],
  [{ decision: 'add-product' }, /add-product\.ts exists already/],
  [{ name: 'Product Added' }, /is no name for the event/],
])('refuses %j and changes nothing', async (wrong, reason) => {
  const unchanged = tree();
  const before = filesOf(unchanged);
  await expect(domainEventGenerator(unchanged, { ...reinstated, ...wrong })).rejects.toThrow(reason);
  expect(filesOf(unchanged)).toEqual(before);
});
