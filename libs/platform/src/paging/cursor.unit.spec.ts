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
  it('decodes to its position', () => {
    fc.assert(
      fc.property(scopes, positions, (scope, position) => {
        expect(decode(scope, encodeCursor(scope, position))).toEqual(position);
      }),
    );
  });

  it('is refused if one character was changed, dropped or added', () => {
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

  it('is refused with other filters', () => {
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

  it('is refused if its text is not a cursor', () => {
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
    ['an extra part', [1, 'x', 2]],
    ['no list', { 0: 1, 1: 'x' }],
  ])('is refused with %s as a forged position, even if the digest is correct', (_, position) => {
    expect(() => decode({}, encodeCursor({}, position as string[]))).toThrow(refused);
  });

  it.each([
    '2020-02-31T00:00:00.000Z',
    '0000-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
    '2020-01-01T24:00:00.000Z',
    '2020-01-01',
    'now',
  ])('is refused with the instant %s', (instant) => {
    expect(cursorInstant.safeParse(instant).success).toBe(false);
  });

  it('is accepted with an instant of any precision', () => {
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
