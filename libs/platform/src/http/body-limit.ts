import type { RouteOptions } from 'fastify';
import { ExtendRouteConfig } from '../extend-route-config';

/** Of the body of a request to a route that does not say otherwise. */
export const DEFAULT_BODY_LIMIT_BYTES = 8 * 1024;

declare module 'fastify' {
  interface FastifyContextConfig {
    bodyLimitBytes?: number;
  }
}

/** How large a body the route takes, instead of 8 KB; a larger one is 413 `payload_too_large`. */
export function BodyLimit(bytes: number): MethodDecorator {
  return ExtendRouteConfig({ bodyLimitBytes: bytes });
}

/** For Fastify's `onRoute`: the route's own `BodyLimit`. */
export function applyBodyLimit(route: RouteOptions): void {
  if (route.config?.bodyLimitBytes !== undefined) {
    route.bodyLimit = route.config.bodyLimitBytes;
  }
}
