import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const errors = readFileSync(join(__dirname, 'errors.ts'), 'utf8');
const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');

describe('the faults of the module', () => {
  const codes = [...errors.matchAll(/readonly code = '(\w+)'/g)].map(([, code]) => code!);

  it('are not empty', () => expect(codes.length).toBeGreaterThan(4));

  it.each(codes)('%s is explained in the README', (code) => {
    expect(readme).toContain(`\`${code}\``);
  });
});
