import { isLeftOver, testName } from './test-name';

const now = new Date('2026-03-01T12:00:00Z');
const hours = (count: number) => new Date(now.getTime() - count * 60 * 60 * 1000);

describe('testName', () => {
  it('contains its time of creation, and is always different', () => {
    expect(testName(now)).toMatch(/^tidemark_test_20260301120000_[0-9a-f]{8}$/);
    expect(testName(now)).not.toBe(testName(now));
  });

  it('counts as a left-over after a day', () => {
    expect(isLeftOver(testName(hours(25)), now)).toBe(true);
    expect(isLeftOver(testName(hours(23)), now)).toBe(false);
    expect(isLeftOver(testName(now), now)).toBe(false);
  });

  it.each([
    'tidemark',
    'tidemark_test_old',
    'tidemark_test_20200101000000',
    'x_tidemark_test_20200101000000_00000000',
  ])('leaves %s alone', (name) => {
    expect(isLeftOver(name, now)).toBe(false);
  });
});
