import { checkoutRoot } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

describe('docs/tasks/coming-from-axon.md', () => {
  const read = (file: string) => readFileSync(join(checkoutRoot, file), 'utf8');
  const errors = read('libs/engine/nestjs/src/class-style/errors.ts');
  const page = read('docs/tasks/coming-from-axon.md');
  const codes = [...errors.matchAll(/readonly code = '(\w+)'/g)].map(([, code]) => code!);

  it('knows the faults of the class style', () => expect(codes.length).toBeGreaterThan(5));

  it.each(codes)('explains %s', (code) => expect(page).toContain(`\`${code}\``));
});
