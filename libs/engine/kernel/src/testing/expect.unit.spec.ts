import { AssertionError } from 'node:assert';
import { expect as expectation } from './expect';

class Refused extends Error {}

describe('an expectation of a contract suite', () => {
  it.each<[string, () => void]>([
    ['the same value', () => expectation(1).toBe(1)],
    ['equal fields', () => expectation({ a: [1, { b: 2 }], c: undefined }).toEqual({ a: [1, { b: 2 }] })],
    ['equal maps', () => expectation(new Map([[1, { a: 1 }]])).toEqual(new Map([[1, { a: 1 }]]))],
    ['equal dates', () => expectation(new Date(5)).toEqual(new Date(5))],
    ['some fields', () => expectation({ a: { b: 1, c: 2 }, d: 3 }).toMatchObject({ a: { c: 2 } })],
    ['fields in a list', () => expectation([{ a: 1, b: 2 }]).toMatchObject([{ b: 2 }])],
    [
      'fields of an error',
      () => expectation(Object.assign(new Error('x'), { code: 'y' })).toMatchObject({ code: 'y' }),
    ],
    ['a length', () => expectation([1, 2]).toHaveLength(2)],
    ['nothing', () => expectation(undefined).toBeUndefined()],
    ['a class', () => expectation(new Refused()).toBeInstanceOf(Refused)],
    ['a greater number', () => expectation(2).toBeGreaterThan(1)],
    ['no greater number', () => expectation(2).toBeLessThanOrEqual(2)],
  ])('accepts %s', (_, holds) => {
    expect(holds).not.toThrow();
  });

  it.each<[string, () => void]>([
    ['another value', () => expectation(1).toBe('1')],
    ['another field', () => expectation({ a: 1 }).toEqual({ a: 2 })],
    ['a field too many', () => expectation({ a: 1, b: 2 }).toEqual({ a: 1 })],
    ['a missing field', () => expectation({}).toMatchObject({ a: 1 })],
    ['another inner field', () => expectation({ a: { b: 1 } }).toMatchObject({ a: { b: 2 } })],
    ['a longer list', () => expectation([{ a: 1 }, { a: 1 }]).toMatchObject([{ a: 1 }])],
    ['another map', () => expectation(new Map([[1, 1]])).toEqual(new Map([[1, 2]]))],
    ['another date', () => expectation(new Date(5)).toEqual(new Date(6))],
    ['another length', () => expectation([]).toHaveLength(1)],
    ['a value', () => expectation(null).toBeUndefined()],
    ['another class', () => expectation(new Error()).toBeInstanceOf(Refused)],
    ['an equal number', () => expectation(1).toBeGreaterThan(1)],
    ['a greater number', () => expectation(2).toBeLessThanOrEqual(1)],
  ])('fails on %s', (_, fails) => {
    expect(fails).toThrow(AssertionError);
  });

  it('tells rejections apart', async () => {
    const refused = () => Promise.reject(new Refused('no way'));
    await expectation(refused()).rejects.toThrow(Refused);
    await expectation(refused()).rejects.toThrow('no way');
    await expect(expectation(refused()).rejects.toThrow(RangeError)).rejects.toThrow(AssertionError);
    await expect(expectation(refused()).rejects.toThrow('other')).rejects.toThrow(AssertionError);
    await expect(expectation(Promise.resolve()).rejects.toThrow(Refused)).rejects.toThrow(AssertionError);
  });
});
