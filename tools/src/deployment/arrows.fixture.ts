import { serviceNames, type ServiceName } from '@tidemark/test-servers';
import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import { destinations, drawings } from './drawings.fixture';
import { ofKind, type KubernetesObject, type Overlay } from './kustomize.fixture';
import { servicePods, variablesOf } from './service-pods.fixture';
import { serviceSettings } from './service-settings';

type Rule = NonNullable<NonNullable<INetworkPolicy['spec']>['egress']>[number] &
  NonNullable<NonNullable<INetworkPolicy['spec']>['ingress']>[number];
type Peer = NonNullable<Rule['to']>[number];
type Selector = Peer['podSelector'];

const nameLabel = 'app.kubernetes.io/name';
const namespaceLabel = 'kubernetes.io/metadata.name';
const workloads = [...serviceNames, 'migrate', 'ctl'] as const;
type Workload = (typeof workloads)[number];

const dns = ['kube-system/kube-dns UDP 53', 'kube-system/kube-dns TCP 53'];
const services = [...serviceNames].sort().join('|');

/**
 * Every arrow that an overlay allows but the picture lacks, and every arrow that the picture has but the overlay
 * blocks.
 */
export function arrowFaults(objects: readonly KubernetesObject[], overlay: Overlay): string[] {
  const policies = policiesOf(objects);
  return workloads.flatMap((name) => [
    ...differences(`${name} to`, arrows(policies, name, 'egress'), drawnFrom(name, objects, overlay)),
    ...differences(`${name} from`, arrows(policies, name, 'ingress'), drawnTo(name, objects, overlay)),
  ]);
}

function drawnFrom(name: Workload, objects: readonly KubernetesObject[], overlay: Overlay): string[] {
  const drawing = drawings[overlay];
  if (name === 'migrate') {
    return [...dns, ...drawing.postgres];
  }
  if (name === 'ctl') {
    return [...dns, ...drawing.postgres, `${services} TCP http`, `${services} TCP admin`];
  }
  const variables = settingsOf(name, objects);
  const given = destinations(drawing).filter(([setting]) => variables.some((known) => setting.test(known)));
  return [...dns, ...given.flatMap(([, arrows]) => arrows)];
}

function drawnTo(name: Workload, objects: readonly KubernetesObject[], overlay: Overlay): string[] {
  if (name === 'migrate' || name === 'ctl') {
    return [];
  }
  const fromOutside = routedServices(objects).includes(name)
    ? [`${drawings[overlay].gateway}/any TCP http`]
    : [];
  return [...fromOutside, 'monitoring/any TCP admin', 'ctl TCP http', 'ctl TCP admin'];
}

/** The services to which a route or an Ingress leads. */
export function routedServices(objects: readonly KubernetesObject[]): string[] {
  return [
    ...ofKind<IHTTPRoute>(objects, 'HTTPRoute').flatMap(({ spec }) =>
      spec.rules!.flatMap(({ backendRefs = [] }) => backendRefs.map((to) => to.name)),
    ),
    ...ofKind<IIngress>(objects, 'Ingress').flatMap(({ spec }) =>
      spec!.rules!.flatMap(({ http }) => http!.paths.map(({ backend }) => backend.service!.name)),
    ),
  ];
}

/** The policies of the services' own namespace. */
export function policiesOf(objects: readonly KubernetesObject[]): readonly INetworkPolicy[] {
  return ofKind<INetworkPolicy>(objects, 'NetworkPolicy').filter(
    ({ metadata }) => metadata!.namespace === 'tidemark',
  );
}

/** The settings that the overlay gives to a service. */
function settingsOf(name: ServiceName, objects: readonly KubernetesObject[]): string[] {
  const { container, pod } = servicePods(objects).find((one) => one.name === name)!;
  const given = variablesOf(container, objects, pod.volumes).map((variable) => variable.name);
  return serviceSettings[name].map((setting) => setting.name).filter((setting) => given.includes(setting));
}

/** The shortest prefix of an address block that counts as one party, for IPv4 and for IPv6. */
const shortestPrefix = 16;

/**
 * Every egress rule for more addresses than one store or provider has, such as `0.0.0.0/0` or a rule without addresses.
 */
export function wideWaysOut(objects: readonly KubernetesObject[]): string[] {
  return policiesOf(objects).flatMap(({ metadata, spec }) =>
    (spec!.egress ?? [])
      .flatMap(({ to = [] }) => (to.length === 0 ? ['anywhere'] : to.map(({ ipBlock }) => ipBlock?.cidr)))
      .filter((end) => end === 'anywhere' || Number(end?.split('/')[1]) < shortestPrefix)
      .map((end) => `${metadata!.name} leads to ${end}`),
  );
}

/** The peers that a pod may reach, or be reached by, under the policies that select it. */
function arrows(policies: readonly INetworkPolicy[], name: string, way: 'egress' | 'ingress'): string[] {
  return policies
    .filter(({ spec }) => selects(spec!.podSelector, name))
    .flatMap(({ spec }) => (spec![way] ?? []) as readonly Rule[])
    .flatMap((rule) => {
      const peers = rule[way === 'egress' ? 'to' : 'from'] ?? [];
      const ports = rule.ports ?? [];
      const ends = peers.length === 0 ? ['anywhere'] : peers.map(endOf);
      const doors =
        ports.length === 0 ? ['any port'] : ports.map(({ protocol, port }) => `${protocol} ${port}`);
      return ends.flatMap((end) => doors.map((door) => `${end} ${door}`));
    });
}

function selects(selector: Selector, name: string): boolean {
  const { matchExpressions = [], matchLabels = {} } = selector ?? {};
  return (
    matchExpressions.every(({ key, operator, values = [] }) => {
      return key === nameLabel && operator === 'In' && values.includes(name);
    }) && Object.entries(matchLabels).every(([key, value]) => key === nameLabel && value === name)
  );
}

function endOf({ ipBlock, namespaceSelector, podSelector }: Peer): string {
  if (ipBlock) {
    return [ipBlock.cidr, ...(ipBlock.except ? [`but ${ipBlock.except.join(', ')}`] : [])].join(' ');
  }
  const namespace = namespaceSelector && `${namespaceSelector.matchLabels?.[namespaceLabel] ?? 'any'}/`;
  return `${namespace ?? ''}${podsOf(podSelector)}`;
}

function podsOf(selector: Selector): string {
  const { matchExpressions = [], matchLabels = {} } = selector ?? {};
  const names = [...Object.values(matchLabels), ...matchExpressions.flatMap(({ values = [] }) => values)];
  return names.toSorted().join('|') || 'any';
}

function differences(what: string, found: readonly string[], drawn: readonly string[]): string[] {
  return [
    ...found.filter((arrow) => !drawn.includes(arrow)).map((arrow) => `${what} ${arrow}: not drawn`),
    ...drawn.filter((arrow) => !found.includes(arrow)).map((arrow) => `${what} ${arrow}: blocked`),
  ];
}
