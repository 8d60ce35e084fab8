import {
  HttpCode,
  Injectable,
  SetMetadata,
  UseInterceptors,
  applyDecorators,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiHeader, ApiResponse, type ApiResponseOptions } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { map, type Observable } from 'rxjs';
import { WriteResultDto } from '../dto/write-result-dto';
import { ApiProblem } from '../problem/api-problem';
import { etagOf } from './expected-version';

export interface WriteEndpointOptions {
  /** The status of success. */
  readonly status: 200 | 201 | 202;
  /** Where what was made can be read; `:id` stands for its id. */
  readonly location?: string;
  /** Documents `If-Match`, for writes to what exists; `@ExpectedVersion()` reads it. */
  readonly ifMatch?: boolean;
}

const LOCATION = Symbol('location of what a write makes');

/** A route that writes: its documentation, its status, and the headers that repeat its `WriteResultDto`. */
export function WriteEndpoint({ status, location, ifMatch = false }: WriteEndpointOptions): MethodDecorator {
  return applyDecorators(
    HttpCode(status),
    SetMetadata(LOCATION, location),
    UseInterceptors(WriteResultHeaders),
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description:
        '1 to 128 of A-Z a-z 0-9 . _ -; a repeat with the same key answers the first success again.',
    }),
    ...(ifMatch ? [ApiHeader({ name: 'If-Match', required: false, description: '"<version>"' })] : []),
    ApiResponse({ status, type: WriteResultDto, headers: headersOf(location) }),
    ApiProblem(
      'validation_failed',
      'unknown_field',
      'malformed_json',
      'idempotency_key_required',
      'payload_too_large',
      'unsupported_media_type',
      'concurrent_modification',
      'command_in_progress',
      'idempotency_key_reused',
      'store_unavailable',
      ...(ifMatch ? (['not_found', 'version_mismatch'] as const) : []),
    ),
  );
}

function headersOf(location: string | undefined): ApiResponseOptions['headers'] {
  const text = (description: string) => ({ description, schema: { type: 'string' as const } });
  return {
    ETag: text('"<version>", for If-Match'),
    'Consistency-Token': text('<partition>:<position>: a read that sends it back sees this write'),
    ...(location !== undefined && { Location: text(location.replace(':id', '{id}')) }),
  };
}

/** `ETag`, `Consistency-Token` and, where one is declared, `Location`. */
@Injectable()
export class WriteResultHeaders implements NestInterceptor<WriteResultDto, WriteResultDto> {
  intercept(context: ExecutionContext, next: CallHandler<WriteResultDto>): Observable<WriteResultDto> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    const location = Reflect.getMetadata(LOCATION, context.getHandler()) as string | undefined;
    return next.handle().pipe(
      map((result) => {
        void reply.header('etag', etagOf(result.version));
        void reply.header('consistency-token', result.consistencyToken);
        if (location !== undefined) {
          void reply.header('location', location.replace(':id', encodeURIComponent(result.id)));
        }
        return result;
      }),
    );
  }
}
