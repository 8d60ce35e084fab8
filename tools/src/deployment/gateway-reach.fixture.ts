import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IService } from 'kubernetes-models/v1/Service';
import { policiesOf } from './arrows.fixture';
import { ofKind, type KubernetesObject } from './kustomize.fixture';

type Peer = NonNullable<NonNullable<NonNullable<INetworkPolicy['spec']>['ingress']>[number]['from']>[number];

const publicPort = 'http';
const monitoring = { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } };

/** Every route and policy by which a gateway, or another outside party, reaches a port other than the public one. */
export function gatewayReachFaults(objects: readonly KubernetesObject[]): string[] {
  const services = ofKind<IService>(objects, 'Service');
  const portOf = (service: string, number: number | undefined) =>
    services
      .find(({ metadata }) => metadata!.name === service)
      ?.spec!.ports!.find(({ port }) => port === number)?.targetPort;
  const routes = ofKind<IHTTPRoute>(objects, 'HTTPRoute').flatMap(({ metadata, spec }) =>
    spec
      .rules!.flatMap(({ backendRefs = [] }) => backendRefs)
      .filter(({ name, port }) => portOf(name, port) !== publicPort)
      .map(({ name, port }) => `route ${metadata!.name} leads to ${name}:${port}`),
  );
  const ingresses = ofKind<IIngress>(objects, 'Ingress').flatMap(({ metadata, spec }) =>
    spec!
      .rules!.flatMap(({ http }) => http!.paths.map(({ backend }) => backend.service!))
      .filter(({ port }) => port?.name !== publicPort)
      .map(({ name, port }) => `ingress ${metadata!.name} leads to ${name}:${port?.name ?? port?.number}`),
  );
  const policies = policiesOf(objects).flatMap(({ metadata, spec }) =>
    (spec!.ingress ?? [])
      .filter(({ from }) => from === undefined || from.length === 0 || from.some(isOutside))
      .flatMap(({ ports }) => ports?.map(({ port }) => String(port)) ?? ['any'])
      .filter((port) => port !== publicPort)
      .map((port) => `policy ${metadata!.name} lets in by the port ${port}`),
  );
  return [...routes, ...ingresses, ...policies];
}

/** Whether the peer is an outside party: not a pod of the installation's own namespace, and not Prometheus. */
function isOutside({ ipBlock, namespaceSelector }: Peer): boolean {
  return (
    ipBlock !== undefined ||
    (namespaceSelector !== undefined && JSON.stringify(namespaceSelector) !== JSON.stringify(monitoring))
  );
}
