import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { faultCode, isToBeWaitedOut, NotConfirmedError, UnknownPatternError } from './errors';

describe('the codes of the faults', () => {
  it('are all documented', () => {
    const source = readFileSync(join(__dirname, 'errors.ts'), 'utf8');
    const codes = [...source.matchAll(/readonly code = '(\w+)'/g)].map(([, code]) => code!);
    const readme = readFileSync(join(__dirname, '../README.md'), 'utf8');
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !readme.includes(`\`${code}\``))).toEqual([]);
  });

  it('are the name of an error that has none', () => {
    expect(faultCode(new UnknownPatternError('Order.Frobnicate'))).toBe('unknown_pattern');
    expect(faultCode(new TypeError('oops'))).toBe('TypeError');
    expect(faultCode('oops')).toBe('unknown');
  });
});

describe('isToBeWaitedOut', () => {
  it('is true of the environment, and not of what the domain refused, whatever that says of itself', () => {
    const refused = Object.assign(new NotConfirmedError('refused'), { refusal: { code: 'not_paid' } });
    expect(isToBeWaitedOut(new NotConfirmedError('late'))).toBe(true);
    expect(isToBeWaitedOut(refused)).toBe(false);
    expect(isToBeWaitedOut(new Error('oops'))).toBe(false);
    expect(isToBeWaitedOut(undefined)).toBe(false);
  });
});
