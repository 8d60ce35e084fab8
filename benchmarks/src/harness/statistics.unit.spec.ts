import fc from 'fast-check';
import { median, percentile } from './statistics';

const samples = fc.array(fc.double({ noNaN: true, min: 0, max: 1e6 }), { minLength: 1, maxLength: 200 });

describe('median', () => {
  it('is the middle one, by value and not by spelling', () => {
    expect(median([100, 9, 20])).toBe(20);
  });

  it('lies halfway between the middle two', () => {
    expect(median([4, 1, 3, 2])).toBe(2.5);
  });

  it('has nothing to say about nothing', () => {
    expect(() => median([])).toThrow(RangeError);
  });
});

describe('percentile', () => {
  it('is a value that was measured', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0, 50, 99, 100].map((percent) => percentile(hundred, percent))).toEqual([1, 50, 99, 100]);
  });

  it('is the only value there is', () => {
    expect(percentile([7], 99)).toBe(7);
  });

  it('is exceeded by no more than the rest', () => {
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 100 }), (values, percent) => {
        const value = percentile(values, percent);
        const within = values.filter((other) => other <= value).length;
        expect(within).toBeGreaterThanOrEqual((percent / 100) * values.length);
        expect(values.filter((other) => other < value).length).toBeLessThan((percent / 100) * values.length);
      }),
    );
  });

  it('leaves what it was given in its order', () => {
    const values = [3, 1, 2];
    percentile(values, 50);
    expect(values).toEqual([3, 1, 2]);
  });
});
