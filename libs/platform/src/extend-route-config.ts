import { RouteConfig } from '@nestjs/platform-fastify';
import type { FastifyContextConfig } from 'fastify';

/** Adds to Fastify's configuration of a route. Nest's own `RouteConfig` replaces what another decorator has set. */
export function ExtendRouteConfig(config: FastifyContextConfig): MethodDecorator {
  return (target, property, descriptor) => {
    const { KEY } = RouteConfig({});
    const before = Reflect.getMetadata(KEY, descriptor.value as object) as FastifyContextConfig | undefined;
    RouteConfig({ ...before, ...config })(target, property, descriptor);
  };
}
