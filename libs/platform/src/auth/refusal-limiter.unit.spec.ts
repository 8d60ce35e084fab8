import { ProblemException, notFound } from '../problem/problem-exception';
import { RateLimiter } from './rate-limiter';
import { RefusalLimiter } from './refusal-limiter';

describe('RefusalLimiter', () => {
  const refusals = [401, 403].map((status) => new ProblemException(status, 'refused', 'No.'));
  const limiter = () => new RefusalLimiter(new RateLimiter(1, 2, () => 0));
  const statusOf = (told: unknown) => (told as ProblemException).getStatus();

  it('tells an address with too many refusals when to retry, and does not affect other addresses', () => {
    const limit = limiter();
    const told = [...refusals, ...refusals].map((refusal) => limit.limited(refusal, '192.0.2.1'));

    expect(told.map(statusOf)).toEqual([401, 403, 429, 429]);
    expect(told.at(-1)).toMatchObject({ code: 'rate_limited', headers: { 'retry-after': '1' } });
    expect(statusOf(limit.limited(refusals[0], '192.0.2.2'))).toBe(401);
  });

  it('treats all addresses of a /64 as one', () => {
    const limit = limiter();
    const told = ['1', '2', '3'].map((end) => limit.limited(refusals[0], `2001:db8:1:2::${end}`));

    expect(told.map(statusOf)).toEqual([401, 401, 429]);
  });

  it('does not count other answers', () => {
    const limit = limiter();
    const error = new Error('broken');
    for (let n = 0; n < 10; n += 1) {
      expect(limit.limited(error, 'a')).toBe(error);
      expect(statusOf(limit.limited(notFound('order'), 'a'))).toBe(404);
    }
    expect(statusOf(limit.limited(refusals[0], 'a'))).toBe(401);
  });
});
