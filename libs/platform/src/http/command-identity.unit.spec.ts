import fc from 'fast-check';
import { canonicalJson } from '@tidemark/kernel';
import { commandHashOf, commandIdOf } from './command-identity';

describe('commandIdOf', () => {
  it('is fixed for ever', () => {
    expect(commandIdOf('local-operator', 'key-1')).toBe('d6f5054d-352d-5be1-94fb-1335687a70a4');
  });

  it('gives two pairs different ids, even if their joined texts are equal', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), fc.string(), (subject, middle, key) => {
        expect(commandIdOf(subject + middle, key)).not.toBe(commandIdOf(subject, middle + key));
      }),
    );
  });
});

describe('commandHashOf', () => {
  const command = { method: 'POST', path: '/v1/orders', body: { a: 1, b: [{ c: 2, d: 'x' }] } };

  it('is fixed for ever', () => {
    expect(commandHashOf(command)).toBe('209fe77c7b98cb65424a94c1a3d3c3e5485969d1111e96a78b8fc45f878854e1');
    expect(commandHashOf({ ...command, customerId: 'C1' })).toBe(
      'c8edb3d52480ef1865da508afeda84472ac058237426abc8ca17bed5132be319',
    );
  });

  it('is fixed for ever, even for a body whose keys are numbers', () => {
    const body = { a: 3, 10: 1, '!': 4, 9: 2 };
    expect(canonicalJson(body)).toBe('{"9":2,"10":1,"!":4,"a":3}');
    expect(commandHashOf({ ...command, body })).toBe(
      '71232425dc49d4e8f26d280172553e58f9c877b3c31bbc5ac307345742181947',
    );
  });

  it('does not depend on the order of keys', () => {
    expect(commandHashOf({ ...command, body: { b: [{ d: 'x', c: 2 }], a: 1 } })).toBe(commandHashOf(command));
  });

  it.each([
    ['method', { ...command, method: 'PUT' }],
    ['path', { ...command, path: '/v1/orders/1' }],
    ['value', { ...command, body: { a: 1, b: [{ c: 3, d: 'x' }] } }],
    ['type', { ...command, body: { a: '1', b: [{ c: 2, d: 'x' }] } }],
    ['body at all', { ...command, body: undefined }],
    ['empty body', { ...command, body: {} }],
    ['customer', { ...command, customerId: 'C1' }],
  ])('differs with another %s', (_, other) => {
    expect(commandHashOf(other)).not.toBe(commandHashOf(command));
  });

  it('gives lists in different orders different hashes', () => {
    expect(commandHashOf({ ...command, body: [1, 2] })).not.toBe(commandHashOf({ ...command, body: [2, 1] }));
  });
});

describe('canonicalJson', () => {
  it('gives equal values equal texts and keeps the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value);

        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversedKeys(value))).toBe(text);
      }),
    );
  });
});

function reversedKeys(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(reversedKeys);
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).reverse();
    return Object.fromEntries(entries.map(([key, field]) => [key, reversedKeys(field)]));
  }
  return value;
}
