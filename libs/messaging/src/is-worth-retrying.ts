import { RpcException } from '@nestjs/microservices';

/**
 * Whether the same work may succeed later. What says so itself is believed; a client's mistake in the manner of HTTP
 * (Nest's validation pipe) is none that time mends, nor what Nest's guards refuse; all else is retried, and the limit
 * decides.
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
