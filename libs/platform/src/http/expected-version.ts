import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../problem/problem-exception';

/** `"<version>"`, the form of `ETag` and `If-Match`. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/** @throws ProblemException 400 when `If-Match` is not exactly one version in quotes */
export function expectedVersionOf(request: Pick<FastifyRequest, 'headers'>): number | undefined {
  const header = request.headers['if-match'];
  if (header === undefined) {
    return undefined;
  }
  const version = Number(/^"([1-9]\d{0,15})"$/.exec(header)?.[1]);
  if (!Number.isSafeInteger(version)) {
    throw invalidRequest({
      path: 'If-Match',
      code: 'malformed_header',
      message: 'If-Match must be one version in double quotes, such as "3"',
    });
  }
  return version;
}

/** A parameter that receives the version that the client pinned with `If-Match`, if any. */
export const ExpectedVersion = createParamDecorator((_: unknown, context: ExecutionContext) =>
  expectedVersionOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
