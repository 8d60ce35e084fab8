import { isTraceparent } from '@tidemark/tracing';

const MAX_LENGTH = 512;

/** A `traceparent` header if it is valid, otherwise undefined: the standard says to continue without a broken one. */
export function traceparentOf(header: string | string[] | undefined): string | undefined {
  return typeof header === 'string' && header.length <= MAX_LENGTH && isTraceparent(header)
    ? header
    : undefined;
}
