import { applyDecorators, createParamDecorator, type ExecutionContext, type Type } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiResponse } from '@nestjs/swagger';
import { etagOf } from '@tidemark/platform';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isKnown } from './is-known';

export interface VersionedAnswer<Body> {
  /** Of the aggregate that the request names. */
  readonly version: number;
  /**
   * Whether the version alone says what the answer is. When something else has changed it since, a caller who has an answer
   * of this version may have an older one, so that it is given the whole.
   */
  readonly isToldByVersion: boolean;
  readonly body: Body;
}

/**
 * Gives an answer about one aggregate its `ETag`, and leaves its body out, with 304, for a caller who says that it has it.
 * What it returns is what the controller returns.
 */
export type UnlessKnown = <Body>(answer: VersionedAnswer<Body>) => Body | undefined;

/** A parameter that gets an `UnlessKnown` for the request. */
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

/** Documents the answers that `UnlessKnown` gives. */
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
