import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import { serviceNames } from '@tidemark/test-servers';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IService } from 'kubernetes-models/v1/Service';
import { arrowFaults, policiesOf, wideWaysOut } from './arrows.fixture';
import { drawings } from './drawings.fixture';
import { gatewayReachFaults } from './gateway-reach.fixture';
import {
  describeWithKubectl,
  ofKind,
  overlays,
  render,
  type KubernetesObject,
  type Overlay,
} from './kustomize.fixture';

const stores = ['postgres', 'rabbitmq', 'mongodb'] as const;

// A test breaks objects of any shape.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Breakable = any;

describeWithKubectl.each(overlays)('the arrows of %s', (overlay) => {
  const objects = render(overlay);
  const policies = () => policiesOf(objects);

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

  it('connect each pod with exactly its configured addresses and its callers', () => {
    expect(arrowFaults(objects, overlay)).toEqual([]);
  });

  it('lead to a store that admits exactly the pods with an arrow to it', () => {
    const named = (name: string) => policies().find(({ metadata }) => metadata!.name === name)?.spec;
    const beside = stores.filter((store) => String(drawings[overlay][store]).startsWith(`${store} `));
    for (const store of beside) {
      const { podSelector, ingress } = named(store)!;

      expect(podSelector!.matchLabels).toEqual({ 'app.kubernetes.io/name': store });
      expect(ingress!.flatMap(({ from }) => from!)).toEqual([
        { podSelector: named(`to-${store}`)!.podSelector },
      ]);
    }
  });
});

describeWithKubectl.each(stores)('%s in a namespace of its own', (store) => {
  it('admits exactly the pods with an arrow to it, its own pods, and its operator', () => {
    const objects = render('production-operators');
    const drawn = policiesOf(objects).find(({ metadata }) => metadata!.name === `to-${store}`)!.spec!;
    const [{ spec }] = ofKind<INetworkPolicy>(objects, 'NetworkPolicy').filter(
      ({ metadata }) => metadata!.namespace === `tidemark-${store}`,
    ) as [INetworkPolicy];
    const operator = {
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'cnpg-system' } },
    };

    expect(spec!.podSelector).toEqual({});
    expect(spec!.ingress!.map(({ from }) => from)).toEqual([
      [{ podSelector: {} }],
      [
        {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'tidemark' } },
          podSelector: drawn.podSelector,
        },
      ],
      ...(store === 'postgres' ? [[operator]] : []),
    ]);
    expect(spec!.ingress![1]!.ports).toEqual(drawn.egress![0]!.ports);
  });
});

function broken(
  name: string,
  damage: (spec: Breakable) => void,
  damaged = 'NetworkPolicy',
  overlay: Overlay = 'production',
) {
  const objects = structuredClone(render(overlay)) as unknown as Breakable[];
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

describeWithKubectl('the check of what an Ingress reaches', () => {
  it('notices another port', () => {
    const objects = broken(
      'tidemark',
      (spec) => (spec.rules[0].http.paths[0].backend.service.port.name = 'admin'),
      'Ingress',
      'local-ingress',
    );
    expect(gatewayReachFaults(objects)).toEqual(['ingress tidemark leads to command-service:admin']);
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
