import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import { checkoutRoot, serviceNames, type ServiceName } from '@tidemark/test-servers';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithKubectl, ofKind, overlays, render, type Overlay } from './kustomize.fixture';

/** The requests of the public interface, from the controllers of each service. */
const published = serviceNames.flatMap((service) =>
  readdirSync(join(checkoutRoot, 'apps', service, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.controller.ts'))
    .map((path) => readFileSync(join(checkoutRoot, 'apps', service, 'src', path), 'utf8'))
    .flatMap((source) => {
      const [, path] = /@Controller\('(v1\/[^']*)'\)/.exec(source) ?? [];
      const methods = [...source.matchAll(/@(Get|Post|Put|Delete|Patch)\(/g)];
      return path === undefined
        ? []
        : methods.map(([, method]) => ({ service, path: `/${path}`, method: method!.toUpperCase() }));
    }),
);

/** The rule that the Gateway API applies to a request: of the rules that match, the one with the longest path. */
function ruleFor({ spec }: IHTTPRoute, { path, method }: { path: string; method: string }) {
  return spec
    .rules!.flatMap((rule) => rule.matches!.map((match) => ({ rule, ...match })))
    .filter((match) => (match.method ?? method) === method)
    .filter(({ path: { type, value } = {} }) =>
      type === 'Exact' ? path === value : `${path}/`.startsWith(`${value}/`),
    )
    .toSorted((one, other) => other.path!.value!.length - one.path!.value!.length)[0]?.rule;
}

function destinationOf(route: IHTTPRoute, request: { path: string; method: string }) {
  return ruleFor(route, request)?.backendRefs?.[0]!.name;
}

/** The path that the service is asked for, or to which a client is sent. */
function pathBehind(route: IHTTPRoute, path: string): string | undefined {
  const rule = ruleFor(route, { path, method: 'GET' });
  const [{ path: matched } = {}] = rule?.matches ?? [];
  const [{ urlRewrite, requestRedirect } = {}] = rule?.filters ?? [];
  const { replacePrefixMatch, replaceFullPath } = (urlRewrite ?? requestRedirect)?.path ?? {};
  return replaceFullPath ?? (replacePrefixMatch && path.replace(matched!.value!, replacePrefixMatch));
}

/** The services to which a host of an Ingress leads, by the path of the request. */
function ingressDestinationsOf(host: string, path: string, { spec }: IIngress): string[] {
  return spec!
    .rules!.filter((rule) => rule.host === host)
    .flatMap(({ http }) => http!.paths)
    .filter((known) => `${path}/`.startsWith(`${known.path}/`))
    .map(({ backend }) => backend.service!.name);
}

const operations = ['/admin/parked', '/metrics', '/health/ready', '/v1x'];

const withoutRoute: readonly Overlay[] = ['small', 'local', 'local-ingress'];
describeWithKubectl.each(overlays.filter((overlay) => !withoutRoute.includes(overlay)))(
  'the route of %s',
  (overlay) => {
    const route = () => ofKind<IHTTPRoute>(render(overlay), 'HTTPRoute')[0]!;

    it('leads each request of the public interface to the service that answers it', () => {
      expect(published.length).toBeGreaterThan(25);
      // Every route for GET also answers HEAD.
      const heads = published
        .filter(({ method }) => method === 'GET')
        .map((get) => ({ ...get, method: 'HEAD' }));
      const requests = [...published, ...heads];
      const found = route();
      expect(requests.filter((request) => destinationOf(found, request) !== request.service)).toEqual([]);
    });

    it('leads to the description of the routes of each service that has some', () => {
      const found = route();
      for (const service of new Set(published.map((request) => request.service))) {
        for (const path of ['/docs', '/docs/swagger-ui.css', '/openapi.json']) {
          const outside = `/${service}${path}`;
          expect(destinationOf(found, { path: outside, method: 'GET' })).toBe(service);
          expect(pathBehind(found, outside)).toBe(path);
        }
      }
      expect(['/docs', '/openapi.json'].map((path) => pathBehind(found, path))).toEqual([
        '/command-service/docs',
        '/command-service/openapi.json',
      ]);
    });

    it('leads no request for an operational path to a service', () => {
      const found = route();
      for (const path of operations) {
        expect(destinationOf(found, { path, method: 'GET' })).toBeUndefined();
      }
    });
  },
);

describeWithKubectl('the Ingress of local-ingress', () => {
  const ingress = () => ofKind<IIngress>(render('local-ingress'), 'Ingress')[0]!;
  const hosts: Readonly<Partial<Record<ServiceName, string>>> = {
    'command-service': 'commands.tidemark.localhost',
    'query-service': 'queries.tidemark.localhost',
    'process-manager': 'processes.tidemark.localhost',
  };

  it('leads each request of the public interface to the service that answers it, by its host', () => {
    const found = ingress();
    expect(
      published.filter(
        ({ service, path }) =>
          String(ingressDestinationsOf(hosts[service] ?? 'none', path, found)) !== service,
      ),
    ).toEqual([]);
  });

  it('leads to the description of the routes of each service', () => {
    const found = ingress();
    for (const [service, host] of Object.entries(hosts)) {
      for (const path of ['/docs', '/docs/swagger-ui.css', '/openapi.json']) {
        expect(ingressDestinationsOf(host, path, found)).toEqual([service]);
      }
    }
  });

  it('leads no request for an operational path to a service', () => {
    const found = ingress();
    expect(found.spec!.rules!.map(({ host }) => host)).toEqual(Object.values(hosts));
    for (const path of operations) {
      expect(Object.values(hosts).flatMap((host) => ingressDestinationsOf(host, path, found))).toEqual([]);
    }
  });
});

describeWithKubectl('the route of production', () => {
  it('uses the listener with TLS', () => {
    const [route] = ofKind<IHTTPRoute>(render('production'), 'HTTPRoute');

    expect(route!.spec.parentRefs).toEqual([
      { name: 'tidemark', namespace: 'gateway', sectionName: 'https' },
    ]);
  });
});
