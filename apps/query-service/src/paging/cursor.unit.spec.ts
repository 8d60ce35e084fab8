import fc from 'fast-check';
import { decodeCursor, encodeCursor, type CursorPosition, type CursorScope } from './cursor';

const scopes: fc.Arbitrary<CursorScope> = fc.record(
  { customerId: fc.string(), status: fc.constantFrom('PAID', 'PENDING'), minAmount: fc.nat() },
  { requiredKeys: [] },
);
const positions: fc.Arbitrary<CursorPosition> = fc.record({
  key: fc.oneof(fc.string(), fc.maxSafeInteger()),
  id: fc.string(),
});

describe('cursor', () => {
  it('decodes to the position that it was made of', () => {
    fc.assert(
      fc.property(scopes, positions, (scope, position) => {
        expect(decodeCursor(scope, encodeCursor(scope, position))).toEqual(position);
      }),
    );
  });

  it('is no cursor any more when one character is changed, dropped or added', () => {
    fc.assert(
      fc.property(scopes, positions, fc.nat(), fc.string({ maxLength: 2 }), (scope, position, at, other) => {
        const cursor = encodeCursor(scope, position);
        const index = at % (cursor.length + 1);
        const tampered = cursor.slice(0, index) + other + cursor.slice(index + 1);
        fc.pre(tampered !== cursor);
        expect(decodeCursor(scope, tampered)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('is no cursor for other filters', () => {
    fc.assert(
      fc.property(scopes, scopes, positions, (made, sent, position) => {
        fc.pre(JSON.stringify(sorted(made)) !== JSON.stringify(sorted(sent)));
        expect(decodeCursor(sent, encodeCursor(made, position))).toBeUndefined();
      }),
    );
  });

  it('does not depend on the order in which the filters are named', () => {
    const cursor = encodeCursor({ status: 'PAID', email: 'a*' }, { key: 1, id: 'x' });
    expect(decodeCursor({ email: 'a*', status: 'PAID' }, cursor)).toEqual({ key: 1, id: 'x' });
  });

  it('refuses whatever is not a cursor', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(decodeCursor({}, text)).toBeUndefined();
      }),
    );
  });

  it.each([
    ['an operator instead of a key', { key: { $gt: '' }, id: 'x' }],
    ['an operator instead of an id', { key: 1, id: { $ne: 1 } }],
    ['no id', { key: 1 }],
    ['no key', { id: 'x' }],
  ])('refuses a forged position with %s, though its digest is right', (_, position) => {
    expect(decodeCursor({}, encodeCursor({}, position as CursorPosition))).toBeUndefined();
  });
});

function sorted(scope: CursorScope): readonly (readonly [string, unknown])[] {
  return Object.entries(scope)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
