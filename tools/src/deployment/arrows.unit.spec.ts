import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { checkoutRoot, serviceNames, type ServiceName } from '@tidemark/testing';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IService } from 'kubernetes-models/v1/Service';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithKubectl, ofKind, overlays, render } from './kustomize.fixture';
import { servicePods, variablesOf } from './service-pods.fixture';
import { serviceSettings } from './service-settings';

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

/** Where the Gateway API sends a request: to the rule with the longest path among those that match. */
function destinationOf({ spec }: IHTTPRoute, { path, method }: { path: string; method: string }) {
  return spec
    .rules!.flatMap((rule) => rule.matches!.map((match) => ({ ...match, backend: rule.backendRefs![0]! })))
    .filter((match) => match.method === method && `${path}/`.startsWith(`${match.path!.value}/`))
    .toSorted((one, other) => other.path!.value!.length - one.path!.value!.length)[0]?.backend.name;
}

function selects(policy: INetworkPolicy, name: string): boolean {
  const { matchExpressions, matchLabels } = policy.spec!.podSelector!;
  const [expression] = matchExpressions ?? [];
  const labels = Object.entries(matchLabels ?? {});
  return (
    (expression === undefined || expression.values!.includes(name)) &&
    labels.every(([key, value]) => key === 'app.kubernetes.io/name' && value === name)
  );
}

const stores: readonly (readonly [RegExp, readonly number[]])[] = [
  [/DATABASE_URL$/, [5432]],
  [/^AMQP_URL$/, [5671, 5672]],
  [/^MONGODB_URL$/, [27017]],
  [/^AUTH_JWKS_URL$/, [443]],
  [/^OTEL_EXPORTER_OTLP_ENDPOINT$/, [4318]],
];

describeWithKubectl.each(overlays)('the arrows of %s', (overlay) => {
  const objects = render(overlay);
  const policies = () => ofKind<INetworkPolicy>(objects, 'NetworkPolicy');
  const route = () => ofKind<IHTTPRoute>(objects, 'HTTPRoute')[0]!;

  it('lead each request of the public interface to the service that answers it', () => {
    expect(published.length).toBeGreaterThan(25);
    expect(published.filter((request) => destinationOf(route(), request) !== request.service)).toEqual([]);
  });

  it('lead no operation anywhere from outside', () => {
    for (const path of ['/admin/parked', '/metrics', '/health/ready', '/v1x']) {
      expect(destinationOf(route(), { path, method: 'GET' })).toBeUndefined();
    }
  });

  it('go nowhere unless a policy says so', () => {
    expect(policies().map(({ spec }) => spec)).toContainEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  it.each(serviceNames)('lead %s to the stores that it has addresses of, and to nothing else', (name) => {
    const { container } = servicePods(objects).find((pod) => pod.name === name)!;
    const variables = variablesOf(container, objects).map((variable) => variable.name);
    const known = serviceSettings[name].map((setting) => setting.name);
    const has = (pattern: RegExp) =>
      known.some((setting) => pattern.test(setting) && variables.includes(setting));
    const expected = stores.filter(([pattern]) => has(pattern)).map(([, ports]) => ports);
    const open = policies()
      .filter((policy) => selects(policy, name))
      .flatMap(({ spec }) => spec!.egress ?? [])
      .flatMap(({ ports }) => ports!.map(({ port }) => Number(port)))
      .filter((port) => port !== 53);

    expect(open).toHaveLength(expected.length);
    expect(expected.filter((ports) => !ports.some((port) => open.includes(port)))).toEqual([]);
  });

  it('come from the gateway to what it routes to, and from monitoring to all', () => {
    const sourcesOf = (name: ServiceName) =>
      policies()
        .filter((policy) => selects(policy, name) && policy.spec!.ingress)
        .map(({ metadata }) => metadata!.name);
    const routed = new Set(
      route().spec.rules!.flatMap(({ backendRefs }) => backendRefs!.map((to) => to.name)),
    );

    for (const name of serviceNames) {
      expect(sourcesOf(name)).toEqual([...(routed.has(name) ? ['from-gateway'] : []), 'from-monitoring']);
    }
  });
});

describeWithKubectl('the monitor of production', () => {
  it('scrapes every service where it shows its metrics', () => {
    const objects = render('production');
    const [{ spec }] = ofKind<IServiceMonitor>(objects, 'ServiceMonitor') as [IServiceMonitor];
    const scraped = ofKind<IService>(objects, 'Service').filter(({ metadata }) =>
      Object.entries(spec.selector.matchLabels!).every(([key, value]) => metadata!.labels![key] === value),
    );

    expect(scraped.map(({ metadata }) => metadata!.name).toSorted()).toEqual(serviceNames.toSorted());
    expect(scraped.flatMap((service) => service.spec!.ports!.map(({ name }) => name))).toEqual(
      serviceNames.map(() => spec.endpoints![0]!.port),
    );
    expect(spec.endpoints![0]!.path).toBe('/metrics');
  });
});
