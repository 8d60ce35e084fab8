import fc from 'fast-check';
import { inputFaults } from './input-faults';

describe('inputFaults', () => {
  it('finds no fault in an ordinary body', () => {
    expect(inputFaults({ name: 'Zoë 🚢', items: [{ quantity: 1 }], flag: false })).toEqual([]);
  });

  it.each([
    ['null', { a: { b: [1, null] } }, 'a.b[1]', 'null_not_allowed'],
    ['NUL in text', { a: 'x\0' }, 'a', 'unstorable_text'],
    ['half a surrogate pair', { a: ['\ud83d'] }, 'a[0]', 'unstorable_text'],
    ['a constructor', { a: { constructor: { prototype: {} } } }, 'a.constructor', 'unknown_field'],
    ['__proto__', JSON.parse('{"__proto__": {"admin": true}}'), '__proto__', 'unknown_field'],
    ['a key with NUL', { 'a\0': 1 }, 'a\0', 'unknown_field'],
  ])('refuses %s', (_, body, path, code) => {
    expect(inputFaults(body)).toEqual([expect.objectContaining({ path, code })]);
  });

  it('stops at a depth that no request needs, before the stack overflows', () => {
    expect(inputFaults({ a: JSON.parse(`${'['.repeat(40_000)}${']'.repeat(40_000)}`) })).toEqual([
      expect.objectContaining({ code: 'too_deep' }),
    ]);
  });

  it('accepts every well-formed text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(inputFaults({ text }).length).toBe(text.includes('\0') ? 1 : 0);
      }),
    );
  });
});
