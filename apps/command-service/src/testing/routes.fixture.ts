import type { RouteAccess } from '@tidemark/platform';
import type { Method } from './requests.fixture';

export interface Route {
  readonly method: Method;
  /** The pattern, as `/v1/orders/:id/items`. */
  readonly url: string;
  readonly access: RouteAccess | undefined;
}

/** For Fastify's `onRoute`: collects the registered routes, so that no list has to be maintained by hand. */
export function routeCollector(routes: Route[]) {
  return (route: {
    readonly method: string | readonly string[];
    readonly url: string;
    readonly config?: { readonly access?: RouteAccess };
  }): void => {
    for (const method of [route.method].flat()) {
      if (method !== 'HEAD') {
        routes.push({ method: method as Method, url: route.url, access: route.config?.access });
      }
    }
  };
}

/** The public routes that write: all of `/v1` except GET. */
export function writesIn(routes: readonly Route[]): Route[] {
  return routes.filter(({ method, url }) => url.startsWith('/v1/') && method !== 'GET');
}
