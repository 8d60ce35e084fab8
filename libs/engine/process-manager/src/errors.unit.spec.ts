import { readFileSync } from 'node:fs';
import { join } from 'node:path';

describe('the codes of the faults', () => {
  it('are all documented in the README', () => {
    const source = ['errors.ts', 'instance-run.ts', 'transition-table.ts']
      .map((file) => readFileSync(join(__dirname, file), 'utf8'))
      .join('\n');
    const codes = [...source.matchAll(/(?:code = |code: |const \w+ = )'([a-z]+(?:_[a-z]+)+)'/g)].map(
      ([, code]) => code!,
    );
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    expect(codes.length).toBeGreaterThanOrEqual(4);
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });
});
