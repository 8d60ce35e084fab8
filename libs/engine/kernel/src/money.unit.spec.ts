import { addMoney, money, multiplyMoney, sameMoney } from './money';

describe('Money', () => {
  it('adds and multiplies within a currency', () => {
    expect(addMoney(money(250, 'GBP'), money(1, 'GBP'))).toEqual(money(251, 'GBP'));
    expect(multiplyMoney(money(250, 'GBP'), 3)).toEqual(money(750, 'GBP'));
  });

  it('never mixes currencies', () => {
    expect(() => addMoney(money(1, 'GBP'), money(1, 'EUR'))).toThrow(RangeError);
    expect(sameMoney(money(1, 'GBP'), money(1, 'EUR'))).toBe(false);
  });

  it('never rounds', () => {
    expect(() => addMoney(money(Number.MAX_SAFE_INTEGER, 'GBP'), money(1, 'GBP'))).toThrow(RangeError);
    expect(() => multiplyMoney(money(Number.MAX_SAFE_INTEGER, 'GBP'), 2)).toThrow(RangeError);
  });
});
