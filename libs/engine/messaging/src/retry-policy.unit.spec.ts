import { BadRequestException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { NotConfirmedError, UnknownPatternError } from './errors';
import { isToBeWaitedOut, isWorthRetrying } from './retry-policy';

describe('isWorthRetrying', () => {
  it('follows `retryable`, and retries errors without it', () => {
    expect(isWorthRetrying(new NotConfirmedError('late'))).toBe(true);
    expect(isWorthRetrying(new UnknownPatternError('Order.Frobnicate'))).toBe(false);
    expect(isWorthRetrying(new BadRequestException())).toBe(false);
    expect(isWorthRetrying(new RpcException('Forbidden resource'))).toBe(false);
    expect(isWorthRetrying(new Error('oops'))).toBe(true);
    expect(isWorthRetrying(undefined)).toBe(true);
  });
});

describe('isToBeWaitedOut', () => {
  it('is true for a fault of the environment, and false for a refusal of the domain, even if it is retryable', () => {
    const refused = Object.assign(new NotConfirmedError('refused'), { refusal: { code: 'not_paid' } });
    expect(isToBeWaitedOut(new NotConfirmedError('late'))).toBe(true);
    expect(isToBeWaitedOut(refused)).toBe(false);
    expect(isToBeWaitedOut(new Error('oops'))).toBe(false);
    expect(isToBeWaitedOut(undefined)).toBe(false);
  });
});
