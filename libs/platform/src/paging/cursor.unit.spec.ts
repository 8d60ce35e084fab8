import fc from 'fast-check';
import { z } from 'zod';
import { cursorInstant, decodeCursor, encodeCursor, type CursorScope } from './cursor';

const anyPosition = z.tuple([z.union([z.string(), z.number()]), z.string()]);
const scopes: fc.Arbitrary<CursorScope> = fc.record(
  { customerId: fc.string(), status: fc.constantFrom('PAID', 'PENDING'), minAmount: fc.nat() },
  { requiredKeys: [] },
);
const positions = fc.tuple(fc.oneof(fc.string(), fc.maxSafeInteger()), fc.string());

const decode = (scope: CursorScope, cursor: string) => decodeCursor(scope, anyPosition, cursor);
const refused = expect.objectContaining({ errors: [expect.objectContaining({ code: 'invalid_cursor' })] });

describe('cursor', () => {
  it('decodes to the position that it was made of', () => {
    fc.assert(
      fc.property(scopes, positions, (scope, position) => {
        expect(decode(scope, encodeCursor(scope, position))).toEqual(position);
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
        expect(() => decode(scope, tampered)).toThrow(refused);
      }),
    );
  });

  it('is no cursor for other filters', () => {
    fc.assert(
      fc.property(scopes, scopes, positions, (made, sent, position) => {
        fc.pre(JSON.stringify(sorted(made)) !== JSON.stringify(sorted(sent)));
        expect(() => decode(sent, encodeCursor(made, position))).toThrow(refused);
      }),
    );
  });

  it('does not depend on the order in which the filters are named', () => {
    const cursor = encodeCursor({ status: 'PAID', email: 'a*' }, [1, 'x']);
    expect(decode({ email: 'a*', status: 'PAID' }, cursor)).toEqual([1, 'x']);
  });

  it('refuses whatever is not a cursor', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(() => decode({}, text)).toThrow(refused);
      }),
    );
  });

  it.each<[string, unknown]>([
    ['an operator instead of a key', [{ $gt: '' }, 'x']],
    ['an operator instead of an id', [1, { $ne: 1 }]],
    ['no id', [1]],
    ['a part too many', [1, 'x', 2]],
    ['no list', { 0: 1, 1: 'x' }],
  ])('refuses a forged position with %s, though its digest is right', (_, position) => {
    expect(() => decode({}, encodeCursor({}, position as string[]))).toThrow(refused);
  });

  it.each([
    '2020-02-31T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '2020-01-01T24:00:00.000Z',
    '2020-01-01',
    'now',
  ])('takes %s for no instant', (instant) => {
    expect(cursorInstant.safeParse(instant).success).toBe(false);
  });

  it('takes an instant of any precision', () => {
    for (const instant of [
      '2020-02-29T00:00:00Z',
      '2026-01-02T03:04:05.678Z',
      '2026-01-02T03:04:05.678901Z',
    ]) {
      expect(cursorInstant.safeParse(instant).success).toBe(true);
    }
  });
});

function sorted(scope: CursorScope): readonly (readonly [string, unknown])[] {
  return Object.entries(scope)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
