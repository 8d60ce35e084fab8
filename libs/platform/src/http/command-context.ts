import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { hasRole } from '../auth/caller';
import { callerOf } from '../auth/current-caller';
import { invalidRequest } from '../problem/problem-exception';
import { problem } from '../problem/problems';
import { clientOf } from './client';
import { commandHashOf, commandIdOf } from './command-identity';
import { isOpaqueKey } from './opaque-key';

/** The data that accompany every command: its identity, its sender and its context. */
export interface CommandContext {
  /** UUIDv5 of the token's subject and the `Idempotency-Key`. */
  readonly commandId: string;
  /** SHA-256 of method, path, body and acting customer. A repeat with another hash is refused. */
  readonly commandHash: string;
  /**
   * The hash without the customer, under which earlier releases stored customers' commands. Absent if it is the same.
   */
  readonly formerCommandHash?: string;
  readonly correlationId: string;
  /** The token's subject. */
  readonly actor: string;
  readonly traceparent?: string;
  /** See `clientOf`. */
  readonly clientAddressHash?: string;
  readonly userAgent?: string;
}

/** @throws ProblemException 400 `idempotency_key_required`, or `validation_failed` for a malformed key */
export function commandContextOf(request: FastifyRequest): CommandContext {
  const caller = callerOf(request);
  const { subject } = caller;
  const traceparent = request.span?.traceparent;
  const [path] = request.url.split('?', 1);
  const content = { method: request.method, path: path!, body: request.body };
  const customerId = hasRole(caller, 'operator') ? undefined : caller.customerId;
  return {
    commandId: commandIdOf(subject, idempotencyKeyOf(request)),
    ...(customerId === undefined
      ? { commandHash: commandHashOf(content) }
      : {
          commandHash: commandHashOf({ ...content, customerId }),
          formerCommandHash: commandHashOf(content),
        }),
    correlationId: request.id,
    actor: subject,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...clientOf(request),
  };
}

function idempotencyKeyOf(request: FastifyRequest): string {
  const key = request.headers['idempotency-key'];
  if (key === undefined || key === '') {
    throw problem('idempotency_key_required');
  }
  if (!isOpaqueKey(key)) {
    throw invalidRequest({
      path: 'Idempotency-Key',
      code: 'malformed_header',
      message: 'Idempotency-Key must be 1 to 128 characters from A-Z a-z 0-9 . _ -',
    });
  }
  return key;
}

/**
 * A parameter that receives the `CommandContext`. A route that has it refuses requests without an `Idempotency-Key`.
 */
export const CommandContext = createParamDecorator((_: unknown, context: ExecutionContext): CommandContext =>
  commandContextOf(context.switchToHttp().getRequest()),
);
