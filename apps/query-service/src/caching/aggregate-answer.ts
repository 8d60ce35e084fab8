import { applyDecorators, createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiResponse } from '@nestjs/swagger';
import { etagOf } from '@tidemark/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKnown } from './is-known';

export interface VersionedAnswer<Body> {
  /** The version of the aggregate that the request names. */
  readonly version: number;
  /**
   * Whether the version alone determines the answer. If other events changed the answer since, a caller with an answer
   * of this version may have an outdated one, so it gets the full answer.
   */
  readonly isToldByVersion: boolean;
  readonly body: Body;
}

/**
 * Sets the `ETag` of an answer about one aggregate. If the caller already has this answer, answers 304 without a body.
 * The controller must return its result.
 */
export type UnlessKnown = <Body>(answer: VersionedAnswer<Body>) => Body | undefined;

/** A parameter that receives an `UnlessKnown` for the request. */
export const UnlessKnown = createParamDecorator((_: unknown, context: ExecutionContext): UnlessKnown => {
  const http = context.switchToHttp();
  const { headers } = http.getRequest<FastifyRequest>();
  const reply = http.getResponse<FastifyReply>();
  return ({ version, isToldByVersion, body }) => {
    void reply.header('etag', etagOf(version));
    if (isToldByVersion && isKnown(headers['if-none-match'], version)) {
      void reply.code(304);
      return undefined;
    }
    return body;
  };
});

/** Documents the answers of `UnlessKnown`. */
export function ApiAggregateResponse(type: Type | [Type]): MethodDecorator {
  const headers = {
    ETag: { schema: { type: 'string' }, description: 'The version of the aggregate, in double quotes' },
  };
  return applyDecorators(
    ApiHeader({
      name: 'If-None-Match',
      required: false,
      description:
        'The ETag of an earlier answer. The service answers 304 if the aggregate has not changed since.',
    }),
    ApiOkResponse({ type, headers }),
    ApiResponse({ status: 304, description: 'Not changed since the answer with this ETag', headers }),
  );
}
