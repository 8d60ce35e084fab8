import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { checkoutRoot, serviceNames } from '@tidemark/testing';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IService } from 'kubernetes-models/v1/Service';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { arrowFaults, wideWaysOut } from './arrows.fixture';
import { gatewayReachFaults } from './gateway-reach.fixture';
import { describeWithKubectl, ofKind, overlays, render, type KubernetesObject } from './kustomize.fixture';

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

/** The rule by which the Gateway API sends a request on: that with the longest path among those that match. */
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

const stores = ['postgres', 'rabbitmq', 'mongodb'];

// A test breaks objects of any shape.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Breakable = any;

describeWithKubectl.each(overlays)('the arrows of %s', (overlay) => {
  const objects = render(overlay);
  const policies = () => ofKind<INetworkPolicy>(objects, 'NetworkPolicy');
  const route = () => ofKind<IHTTPRoute>(objects, 'HTTPRoute')[0]!;

  it('lead each request of the public interface to the service that answers it', () => {
    expect(published.length).toBeGreaterThan(25);
    // Every route for GET also answers HEAD.
    const heads = published
      .filter(({ method }) => method === 'GET')
      .map((get) => ({ ...get, method: 'HEAD' }));
    const requests = [...published, ...heads];
    expect(requests.filter((request) => destinationOf(route(), request) !== request.service)).toEqual([]);
  });

  it('lead to the description of the routes of each service that has some', () => {
    for (const service of new Set(published.map((request) => request.service))) {
      for (const path of ['/docs', '/docs/swagger-ui.css', '/openapi.json']) {
        const outside = `/${service}${path}`;
        expect(destinationOf(route(), { path: outside, method: 'GET' })).toBe(service);
        expect(pathBehind(route(), outside)).toBe(path);
      }
    }
    expect(['/docs', '/openapi.json'].map((path) => pathBehind(route(), path))).toEqual([
      '/command-service/docs',
      '/command-service/openapi.json',
    ]);
  });

  it('lead no request for an operational path to a service', () => {
    for (const path of ['/admin/parked', '/metrics', '/health/ready', '/v1x']) {
      expect(destinationOf(route(), { path, method: 'GET' })).toBeUndefined();
    }
  });

  it('lead from a gateway only to public ports, whether by a route or by a policy', () => {
    expect(gatewayReachFaults(objects)).toEqual([]);
  });

  it('lead out to no more addresses than those of a store or a provider', () => {
    expect(wideWaysOut(objects)).toEqual([]);
  });

  it('exist only where a policy allows them', () => {
    expect(policies().map(({ spec }) => spec)).toContainEqual({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  it('connect each pod exactly with its configured addresses and with its callers', () => {
    expect(arrowFaults(objects, overlay)).toEqual([]);
  });

  it('lead to a store that admits exactly the pods with an arrow to it', () => {
    const named = (name: string) => policies().find(({ metadata }) => metadata!.name === name)?.spec;
    for (const store of overlay === 'local' ? stores : []) {
      const { podSelector, ingress } = named(store)!;

      expect(podSelector!.matchLabels).toEqual({ 'app.kubernetes.io/name': store });
      expect(ingress!.flatMap(({ from }) => from!)).toEqual([
        { podSelector: named(`to-${store}`)!.podSelector },
      ]);
    }
  });
});

function broken(name: string, damage: (spec: Breakable) => void, damaged = 'NetworkPolicy') {
  const objects = structuredClone(render('production')) as unknown as Breakable[];
  damage(objects.find(({ kind, metadata }) => kind === damaged && metadata.name === name).spec);
  return objects as KubernetesObject[];
}

describeWithKubectl('the check of the ports that a gateway reaches', () => {
  it.each<[string, string, (spec: Breakable) => void, string]>([
    [
      'another port',
      'from-gateway',
      (spec) => spec.ingress[0].ports.push({ protocol: 'TCP', port: 'admin' }),
      'policy from-gateway lets in by the port admin',
    ],
    [
      'another port by its number',
      'from-gateway',
      (spec) => (spec.ingress[0].ports[0].port = 4001),
      'policy from-gateway lets in by the port 4001',
    ],
    [
      'any port',
      'from-gateway',
      (spec) => delete spec.ingress[0].ports,
      'policy from-gateway lets in by the port any',
    ],
    [
      'the port for Prometheus',
      'from-monitoring',
      (spec) => spec.ingress[0].from.push({ namespaceSelector: {} }),
      'policy from-monitoring lets in by the port admin',
    ],
    [
      'the port for the command line',
      'from-ctl',
      (spec) => delete spec.ingress[0].from,
      'policy from-ctl lets in by the port admin',
    ],
  ])('notices %s', (_, policy, damage, fault) => {
    expect(gatewayReachFaults(broken(policy, damage))).toContain(fault);
  });

  it('notices a route to another port', () => {
    const objects = broken('tidemark', (spec) => (spec.rules[1].backendRefs[0].port = 8080), 'HTTPRoute');
    expect(gatewayReachFaults(objects)).toEqual(['route tidemark leads to query-service:8080']);
  });
});

describeWithKubectl('the check of ways out', () => {
  it.each([
    ['to the whole internet', (to: Breakable) => (to[0].ipBlock = { cidr: '0.0.0.0/0' }), '0.0.0.0/0'],
    [
      'to all of the internet except private networks',
      (to: Breakable) => (to[0].ipBlock = { cidr: '0.0.0.0/0', except: ['10.0.0.0/8'] }),
      '0.0.0.0/0',
    ],
    [
      'to half of the internet',
      (to: Breakable) => to.push({ ipBlock: { cidr: '128.0.0.0/1' } }),
      '128.0.0.0/1',
    ],
    ['to all of IPv6', (to: Breakable) => to.push({ ipBlock: { cidr: '::/0' } }), '::/0'],
    ['without an address', (to: Breakable) => to.pop(), 'anywhere'],
  ])('notices one %s', (_, damage, end) => {
    const objects = broken('to-identity-provider', (spec) => damage(spec.egress[0].to));
    expect(wideWaysOut(objects)).toEqual([`to-identity-provider leads to ${end}`]);
  });
});

describeWithKubectl('the check of arrows', () => {
  const selected = (spec: Breakable) => spec.podSelector.matchExpressions[0].values as string[];

  it.each<[string, string, (spec: Breakable) => void, RegExp]>([
    [
      'a way out to anywhere',
      'to-postgres',
      (spec) => delete spec.egress[0].to,
      /migrate to anywhere TCP 5432: not drawn/,
    ],
    [
      'a way out to another network',
      'to-rabbitmq',
      (spec) => (spec.egress[0].to[0].ipBlock.cidr = '10.0.0.0/8'),
      /process-manager to 10\.20\.2\.0\/24 TCP 5671: blocked/,
    ],
    [
      'a way out through any port',
      'to-mongodb',
      (spec) => delete spec.egress[0].ports,
      /query-service to 10\.20\.3\.0\/24 any port: not drawn/,
    ],
    [
      'a way out for a service that needs none',
      'to-mongodb',
      (spec) => selected(spec).push('command-service'),
      /command-service to 10\.20\.3\.0\/24 TCP 27017: not drawn/,
    ],
    [
      'a way out for all pods',
      'to-mongodb',
      (spec) => (spec.podSelector = {}),
      /migrate to 10\.20\.3\.0\/24 TCP 27017: not drawn/,
    ],
    [
      'a Job that is cut off',
      'to-postgres',
      (spec) => selected(spec).splice(selected(spec).indexOf('migrate'), 1),
      /migrate to 10\.20\.1\.0\/24 TCP 5432: blocked/,
    ],
    [
      'a way in from anywhere',
      'from-gateway',
      (spec) => delete spec.ingress[0].from,
      /command-service from anywhere TCP http: not drawn/,
    ],
    [
      'a way in from any namespace',
      'from-monitoring',
      (spec) => (spec.ingress[0].from[0].namespaceSelector = {}),
      /projection-service from any\/any TCP admin: not drawn/,
    ],
    [
      'a way in from any pod',
      'from-ctl',
      (spec) => (spec.ingress[0].from[0].podSelector = {}),
      /query-service from any TCP http: not drawn/,
    ],
    [
      'a way in for a gateway to the admin port',
      'from-gateway',
      (spec) => spec.ingress[0].ports.push({ protocol: 'TCP', port: 'admin' }),
      /process-manager from gateway\/any TCP admin: not drawn/,
    ],
  ])('notices %s', (_, policy, damage, fault) => {
    expect(arrowFaults(broken(policy, damage), 'production')).toContainEqual(expect.stringMatching(fault));
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

describeWithKubectl('the monitor of production', () => {
  it('scrapes every service at the address of its metrics', () => {
    const objects = render('production');
    const [{ spec }] = ofKind<IServiceMonitor>(objects, 'ServiceMonitor') as [IServiceMonitor];
    const scraped = ofKind<IService>(objects, 'Service').filter(({ metadata }) =>
      Object.entries(spec.selector.matchLabels!).every(([key, value]) => metadata!.labels![key] === value),
    );

    expect(scraped.map(({ metadata }) => metadata!.name).toSorted()).toEqual(serviceNames.toSorted());
    const ports = scraped.map((service) =>
      service.spec!.ports!.find(({ name }) => name === spec.endpoints![0]!.port),
    );
    expect(ports.map((port) => port?.targetPort)).toEqual(serviceNames.map(() => 'admin'));
    expect(spec.endpoints![0]!.path).toBe('/metrics');
  });
});
