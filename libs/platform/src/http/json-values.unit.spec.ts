import fc from 'fast-check';
import { countJsonValues } from './json-values';

describe('countJsonValues', () => {
  it.each([
    ['{"a":1}', 2],
    ['{"a":1,"b":[true,null]}', 6],
    ['"a,b:[\\",["', 1],
    ['"\\\\",1', 2],
    ['[[[[', 5],
    ['', 1],
  ])('counts %s as %p values', (text, count) => {
    expect(countJsonValues(Buffer.from(text))).toBe(count);
  });

  it('never counts fewer values than a text has', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\n\t'), (value, space) => {
        const text = Buffer.from(JSON.stringify(value, undefined, space));

        expect(countJsonValues(text)).toBeGreaterThanOrEqual(valuesIn(value));
        expect(countJsonValues(text)).toBeLessThanOrEqual(2 * valuesIn(value));
      }),
    );
  });
});

/** The number of values, including the names of fields. */
function valuesIn(value: unknown): number {
  if (typeof value !== 'object' || value === null) {
    return 1;
  }
  const names = Array.isArray(value) ? 0 : Math.max(0, Object.keys(value).length - 1);
  return Object.values(value).reduce((sum: number, field) => sum + valuesIn(field), 1 + names);
}
