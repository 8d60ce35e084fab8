import { applyDecorators } from '@nestjs/common';
import { ApiBearerAuth } from '@nestjs/swagger';
import type { RouteOptions } from 'fastify';
import { ExtendRouteConfig } from '../extend-route-config';
import { ApiProblem, problem } from '../problem/problems';
import { hasRole, type Caller, type Role } from './caller';

/** The callers that a route accepts: everyone, or callers with one of these roles. */
export type RouteAccess = 'public' | readonly Role[];

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: RouteAccess;
  }
}

/**
 * The roles that may call a route. `admin` may call every route, and `service` every route that `operator` may call. It
 * is kept in Fastify's own route configuration, because it is checked before the body is read, and Nest's guards run
 * after that.
 */
export function Roles(...roles: readonly [Role, ...Role[]]): MethodDecorator {
  return applyDecorators(
    ExtendRouteConfig({ access: roles }),
    ApiBearerAuth(),
    ApiProblem(
      'unauthenticated',
      'forbidden',
      'internal_error',
      'identity_provider_unavailable',
      'shutting_down',
      'rate_limited',
    ),
  );
}

/** A route that needs no token. */
export function Public(): MethodDecorator {
  return ExtendRouteConfig({ access: 'public' });
}

/** `/v1` and `/admin` are the protected part of a service. */
export function isProtectedPath(path: string): boolean {
  return /^\/(v1|admin)(\/|$)/.test(path);
}

/**
 * For Fastify's `onRoute`: a route of the protected part must declare its access, or the service does not start.
 *
 * @throws Error
 */
export function requireDeclaredAccess({ method, url, config }: RouteOptions): void {
  if (isProtectedPath(url) && config?.access === undefined) {
    throw new Error(`${String(method)} ${url} needs either @Roles(…) or @Public()`);
  }
}

/** @throws ProblemException 403 */
export function requireRole(caller: Caller, roles: readonly Role[]): void {
  if (!roles.some((role) => hasRole(caller, role))) {
    throw problem('forbidden');
  }
}
