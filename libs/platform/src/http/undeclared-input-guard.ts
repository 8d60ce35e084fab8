import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum';
import type { FastifyRequest } from 'fastify';
import { invalidRequest } from '../problem/problem-exception';

/** The fields of one kind of input that a route's method accepts: `all` if a DTO checks them, or else these names. */
type Declared = 'all' | ReadonlySet<string>;

/**
 * Refuses query parameters and bodies that a protected route does not read. On routes with a DTO, the validation pipe
 * does this.
 */
@Injectable()
export class UndeclaredInputGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const { access } = request.routeOptions.config;
    if (access === undefined || access === 'public') {
      return true;
    }
    const args = argumentsOf(context);
    const faults = [
      ...unknownNames(request.query, declared(args, RouteParamtypes.QUERY)),
      ...unknownNames(request.body, declared(args, RouteParamtypes.BODY)),
    ];
    if (faults.length > 0) {
      throw invalidRequest(...faults);
    }
    return true;
  }
}

type Arguments = ReadonlyMap<string, { readonly data?: unknown }>;

function argumentsOf(context: ExecutionContext): Arguments {
  const metadata: unknown = Reflect.getMetadata(
    ROUTE_ARGS_METADATA,
    context.getClass(),
    context.getHandler().name,
  );
  return new Map(Object.entries((metadata ?? {}) as Record<string, { data?: unknown }>));
}

function declared(args: Arguments, kind: RouteParamtypes): Declared {
  const names = new Set<string>();
  for (const [key, { data }] of args) {
    if (key.startsWith(`${kind}:`)) {
      if (typeof data !== 'string') {
        return 'all';
      }
      names.add(data);
    }
  }
  return names;
}

function unknownNames(input: unknown, names: Declared) {
  if (names === 'all' || typeof input !== 'object' || input === null) {
    return [];
  }
  return Object.keys(input)
    .filter((name) => !names.has(name))
    .map((path) => ({ path, code: 'unknown_field', message: `${path} is not a field of this request` }));
}
