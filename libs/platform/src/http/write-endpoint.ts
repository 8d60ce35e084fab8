import { HttpCode, applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import type { RouteOptions, preSerializationHookHandler } from 'fastify';
import { WriteResultDto } from '../dto/write-result-dto';
import { ApiProblem } from '../problem/problems';
import { etagOf } from './expected-version';
import { ExtendRouteConfig } from '../extend-route-config';

export interface WriteEndpointOptions {
  /** The status of success. */
  readonly status: 200 | 201 | 202;
  /** The path where the created resource can be read; `:id` stands for its id. */
  readonly location?: string;
  /** Documents `If-Match`, for writes to an existing aggregate. `@ExpectedVersion()` reads it. */
  readonly ifMatch?: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set for a route that answers with a `WriteResultDto`. */
    write?: Pick<WriteEndpointOptions, 'location'>;
  }
}

/** A route that writes: its documentation, its status, and the headers that repeat its `WriteResultDto`. */
export function WriteEndpoint({ status, location, ifMatch = false }: WriteEndpointOptions): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    ExtendRouteConfig({ write: location === undefined ? {} : { location } }),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description:
        '1 to 128 characters from A-Z a-z 0-9 . _ -. A request with the same key and body returns the first success again.',
    }),
    ...(ifMatch
      ? [
          ApiHeader({
            name: 'If-Match',
            required: false,
            description: '"<version>": the write is refused with 412 if the aggregate has another version',
          }),
        ]
      : []),
    ApiResponse({ status, type: WriteResultDto, headers: headersOf(location) }),
    ApiProblem(
      'validation_failed',
      'unknown_field',
      'malformed_json',
      'too_many_values',
      'idempotency_key_required',
      'payload_too_large',
      'unsupported_media_type',
      'concurrent_modification',
      'command_in_progress',
      'idempotency_key_reused',
      'store_unavailable',
      ...(ifMatch ? (['version_mismatch'] as const) : []),
    ),
  );
}

function headersOf(location: string | undefined): ApiResponseOptions['headers'] {
  const text = (description: string) => ({ description, schema: { type: 'string' as const } });
  return {
    ETag: text('"<version>", for If-Match'),
    'Consistency-Token': text('<partition>:<position>. A read that sends it back sees this write'),
    ...(location !== undefined && { Location: text(location.replace(':id', '{id}')) }),
  };
}

/**
 * For Fastify's `onRoute`: a route that writes answers with `ETag` and `Consistency-Token`, and with `Location` if the
 * route declares it. It is not a Nest interceptor, because that would take every request through RxJS (8 to 10 % of a
 * write's processor time).
 */
export function addWriteHeaders(route: RouteOptions): void {
  const write = route.config?.write;
  if (!write) {
    return;
  }
  const setHeaders: preSerializationHookHandler<WriteResultDto> = (_request, reply, result, done) => {
    // Refusals of a write pass here as well.
    if (reply.statusCode < 300) {
      void reply.header('etag', etagOf(result.version));
      void reply.header('consistency-token', result.consistencyToken);
      if (write.location !== undefined) {
        void reply.header('location', write.location.replace(':id', encodeURIComponent(result.id)));
      }
    }
    done(null, result);
  };
  route.preSerialization = setHeaders as preSerializationHookHandler;
}
