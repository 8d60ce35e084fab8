import fc from 'fast-check';
import { median, percentile } from './statistics';

const samples = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1, maxLength: 200 });

describe('median', () => {
  it('is the middle value, in numeric and not in alphabetical order', () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it('is halfway between the two middle values', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('throws if there are no values', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('percentile', () => {
  it('is one of the values', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0, 50, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 50, 99, 100]);
  });

  it('is the value, if there is only one', () => {
    expect(percentile([7], 99)).toBe(7);
  });

  it('is exceeded by at most the remaining percentage', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const value = percentile(values, percent);
        const within = values.filter((other) => other <= value).length;
        expect(within).toBeGreaterThanOrEqual((percent / 100) * values.length);
        expect(values.filter((other) => other < value).length).toBeLessThan((percent / 100) * values.length);
      }),
    );
  });

  it('does not change the order of the given values', () => {
    const values = [3, 1, 2];
    percentile(values, 50);
    expect(values).toEqual([3, 1, 2]);
  });
});
