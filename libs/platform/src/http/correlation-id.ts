import type { IncomingMessage } from 'node:http';
import type { FastifyRequest } from 'fastify';
import { v7 as uuidV7 } from 'uuid';
import { invalidRequest } from '../problem/problem-exception';
import { isOpaqueKey } from './opaque-key';

const HEADER = 'x-correlation-id';

/**
 * The id of a request, which is Fastify's `request.id`: the client's id if it is well-formed, or else a new UUIDv7. A
 * malformed id is refused later (`requireWellFormedCorrelationId`), and that answer needs an id as well.
 */
export function correlationIdOf(request: Pick<IncomingMessage, 'headers'>): string {
  const sent = request.headers[HEADER];
  return isOpaqueKey(sent) ? sent : uuidV7();
}

/** @throws ProblemException 400 */
export function requireWellFormedCorrelationId(request: FastifyRequest): void {
  const sent = request.headers[HEADER];
  if (sent !== undefined && !isOpaqueKey(sent)) {
    throw invalidRequest({
      path: 'X-Correlation-Id',
      code: 'malformed_header',
      message: 'X-Correlation-Id must be 1 to 128 characters from A-Z a-z 0-9 . _ -',
    });
  }
}
