import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../problem/problem-exception';
import { problem } from '../problem/problems';

/** If one of these headers is sent twice, a proxy may act on one and Node on the other. */
const onlyOnce = new Set(['host', 'content-type']);

/**
 * @throws ProblemException 400 for a `Host` or `Content-Type` that is given twice, and for HTTP/1.1 without a `Host`
 */
export function requireSingleHeaders({ raw }: Pick<FastifyRequest, 'raw'>): void {
  const seen = new Set<string>();
  const { rawHeaders = [] } = raw;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (!onlyOnce.has(name)) {
      continue;
    }
    if (seen.has(name)) {
      throw invalidRequest({
        path: name,
        code: 'repeated_header',
        message: `${name} must be given only once`,
      });
    }
    seen.add(name);
  }
  if (raw.httpVersion === '1.1' && raw.headers.host === undefined) {
    throw invalidRequest({
      path: 'host',
      code: 'missing_header',
      message: 'HTTP/1.1 requires a Host header',
    });
  }
}

/** @throws ProblemException 417 for an `Expect` other than `100-continue`, which Node has already answered */
export function requireKnownExpectation({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const { expect } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue') {
    throw problem('expectation_failed');
  }
}
