import { RpcException } from '@nestjs/microservices';

/**
 * Whether a handler's fault comes from the environment. Such a fault says nothing about the event, and the caller waits
 * until it passes.
 */
export function isOfEnvironment(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'retryable' in error && error.retryable === true;
}

/**
 * Whether a command must wait until its environment works again, however often it fails meanwhile. A fault with a
 * `refusal` is the domain's answer. It may change after other commands, but not by waiting alone.
 */
export function isToBeWaitedOut(error: unknown): boolean {
  return isOfEnvironment(error) && !('refusal' in (error as object));
}

/**
 * Whether the same work may succeed later. An error with a boolean `retryable` decides by itself. Refusals of Nest's
 * guards and errors with an HTTP status of 400 to 499, such as those of its validation pipe, are final. All other
 * errors are retried, up to the caller's limit.
 */
export function isWorthRetrying(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) {
    return true;
  }
  if ('retryable' in error && typeof error.retryable === 'boolean') {
    return error.retryable;
  }
  if (error instanceof RpcException) {
    return false;
  }
  const status =
    'getStatus' in error && typeof error.getStatus === 'function' ? Number(error.getStatus()) : 500;
  return status < 400 || status >= 500;
}
