import { RateLimiter } from './rate-limiter';

describe('RateLimiter', () => {
  let nowMs: number;
  const limiter = (perSecond: number, burst: number) => new RateLimiter(perSecond, burst, () => nowMs);
  beforeEach(() => (nowMs = 1_000));

  it('lets a burst through, then the sustained rate', () => {
    const limit = limiter(2, 3);

    expect([1, 2, 3, 4].map(() => limit.take('a'))).toEqual([0, 0, 0, 1]);
    nowMs += 500;
    expect([limit.take('a'), limit.take('a')]).toEqual([0, 1]);
  });

  it('saves at most a burst', () => {
    const limit = limiter(10, 2);
    limit.take('a');
    nowMs += 60_000;

    expect([1, 2, 3].map(() => limit.take('a'))).toEqual([0, 0, 1]);
  });

  it('returns how long to wait', () => {
    const limit = limiter(0.25, 1);
    limit.take('a');

    expect(limit.take('a')).toBe(4);
  });

  it('forgets the least recent subject, and not a subject that keeps asking', () => {
    const limit = limiter(1, 1);
    limit.take('eager');
    limit.take('once');
    for (let other = 0; other < 9_999; other += 1) {
      limit.take(`other-${other}`);
      limit.take('eager');
    }

    expect(limit.take('eager')).toBe(1);
    expect(limit.take('once')).toBe(0);
  });

  it('lets every request through if there is no limit', () => {
    const limit = limiter(0, 1);

    expect(Array.from({ length: 100 }, () => limit.take('a'))).toEqual(Array<number>(100).fill(0));
  });
});
