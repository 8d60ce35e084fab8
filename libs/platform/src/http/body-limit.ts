import type { RouteOptions } from 'fastify';
import { ExtendRouteConfig } from '../extend-route-config';

/** The limit of a route without a `BodyLimit` of its own. */
export const DEFAULT_BODY_LIMIT_BYTES = 8 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    bodyLimitBytes?: number;
  }
}

/** The largest body that the route accepts, instead of 8 KB. A larger body is answered with 413 `payload_too_large`. */
export function BodyLimit(bytes: number): MethodDecorator {
  return ExtendRouteConfig({ bodyLimitBytes: bytes });
}

/** For Fastify's `onRoute`: the route's own `BodyLimit`. */
export function applyBodyLimit(route: RouteOptions): void {
  if (route.config?.bodyLimitBytes !== undefined) {
    route.bodyLimit = route.config.bodyLimitBytes;
  }
}
