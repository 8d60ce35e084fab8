import { ProblemException } from '../problem/problem-exception';
import { problem } from '../problem/problems';
import { addressBlockOf } from './address-block';
import type { RateLimiter } from './rate-limiter';

const LIMITED_STATUSES = new Set([401, 403]);

/**
 * Limits the refusals of tokens and roles to a rate per client address. A valid token always passes, because one client
 * behind a shared proxy must not lock out the others. So the token is verified before a refusal is counted. The
 * verification costs a fraction of the request's cost up to then.
 */
export class RefusalLimiter {
  constructor(private readonly rate: RateLimiter) {}

  /** Returns the answer: the refusal itself or, once the client's address has had too many refusals, 429. */
  limited(refusal: unknown, address = ''): unknown {
    if (!(refusal instanceof ProblemException) || !LIMITED_STATUSES.has(refusal.getStatus())) {
      return refusal;
    }
    const retryAfterSeconds = this.rate.take(addressBlockOf(address));
    return retryAfterSeconds > 0 ? rateLimited(retryAfterSeconds) : refusal;
  }
}

export function rateLimited(retryAfterSeconds: number): ProblemException {
  return problem('rate_limited', { retryAfterSeconds });
}
