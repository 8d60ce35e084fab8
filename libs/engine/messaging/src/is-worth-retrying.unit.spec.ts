import { BadRequestException } from '@nestjs/common';
import { RpcException } from '@nestjs/microservices';
import { NotConfirmedError, UnknownPatternError } from './errors';
import { isWorthRetrying } from './is-worth-retrying';

describe('isWorthRetrying', () => {
  it('goes by `retryable`, and retries errors without it', () => {
    expect(isWorthRetrying(new NotConfirmedError('late'))).toBe(true);
    expect(isWorthRetrying(new UnknownPatternError('Order.Frobnicate'))).toBe(false);
    expect(isWorthRetrying(new BadRequestException())).toBe(false);
    expect(isWorthRetrying(new RpcException('Forbidden resource'))).toBe(false);
    expect(isWorthRetrying(new Error('oops'))).toBe(true);
    expect(isWorthRetrying(undefined)).toBe(true);
  });
});
