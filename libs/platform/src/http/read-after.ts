import { applyDecorators, createParamDecorator, Header, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { ApiProblem } from '../problem/problems';
import { parseConsistencyToken, type ConsistencyToken } from './consistency-token';

/** A parameter that receives the client's `Consistency-Token`, if any. The read must not answer with anything older. */
export const ReadAfter = createParamDecorator((_: unknown, context: ExecutionContext) =>
  readAfterOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** @throws ProblemException 400 when the token is malformed */
export function readAfterOf(request: Pick<FastifyRequest, 'headers'>): ConsistencyToken | undefined {
  const sent = request.headers['consistency-token'];
  return sent === undefined ? undefined : parseConsistencyToken(String(sent));
}

/**
 * Documents a read that takes a `Consistency-Token`. Its answer is private to the caller, and a cache must revalidate
 * it, because any write may change it.
 */
export function ReadEndpoint(): MethodDecorator {
  return applyDecorators(
    Header('cache-control', 'private, no-cache'),
    Header('vary', 'authorization'),
    ApiHeader({
      name: 'Consistency-Token',
      required: false,
      description:
        'The token from the answer to a write. The read then sees that write, or answers 503 `read_model_behind`. A position that has not been written is 400.',
    }),
    ApiProblem('validation_failed', 'not_found', 'read_model_behind', 'store_unavailable'),
  );
}
