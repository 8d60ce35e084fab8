import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { Caller } from './caller';

declare module 'fastify' {
  interface FastifyRequest {
    /** Null on public routes. */
    caller: Caller | null;
  }
}

/** @throws Error on a public route, which has no caller: a mistake in the code */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) {
    throw new Error(`${request.routeOptions.url} is public, so it has no caller`);
  }
  return request.caller;
}

/** A parameter that receives the verified `Caller`. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller =>
  callerOf(context.switchToHttp().getRequest()),
);
