import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The commands of a section of docs/kubernetes.md, in their order. */
export function commandsOf(section: string): readonly string[] {
  const page = readFileSync(join(checkoutRoot, 'docs/kubernetes.md'), 'utf8');
  const [, text] = page.split(`\n## ${section}\n`);
  if (text === undefined) {
    throw new Error(`docs/kubernetes.md has no section "${section}"`);
  }
  return [...text.split('\n## ')[0]!.matchAll(/```sh\n([^`]*)```/g)]
    .flatMap(([, block]) => block!.split('\n'))
    .map((line) => line.trim())
    .filter((line) => line !== '');
}
