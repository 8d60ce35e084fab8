import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultCode, UnknownPatternError } from './errors';

describe('the codes of the faults', () => {
  it('are all documented', () => {
    const source = readFileSync(join(__dirname, 'errors.ts'), 'utf8');
    const codes = [...source.matchAll(/readonly code = '(\w+)'/g)].map(([, code]) => code!);
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });

  it("are replaced by the error's name if it has no code", () => {
    expect(faultCode(new UnknownPatternError('Order.Frobnicate'))).toBe('unknown_pattern');
    expect(faultCode(new TypeError('oops'))).toBe('TypeError');
    expect(faultCode('oops')).toBe('unknown');
  });
});
