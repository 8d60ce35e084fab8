import type { ServiceName } from '@tidemark/test-servers';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import { ofKind, type KubernetesObject } from './kustomize.fixture';
import { servicePods, variablesOf } from './service-pods.fixture';
import { serviceSettings } from './service-settings';
import type { ICluster } from './store-operators.fixture';
import { workloadsOf } from './workloads.fixture';

/** The size and the address of each pool of connections to Postgres. Without the address, there is no such pool. */
const pools: readonly (readonly [size: string, address: string])[] = [
  ['DATABASE_POOL_SIZE', 'DATABASE_URL'],
  ['PAYMENT_PROVIDER_POOL_SIZE', 'PAYMENT_PROVIDER_DATABASE_URL'],
  ['EVENT_STORE_MAX_CONNECTIONS', 'EVENT_STORE_DATABASE_URL'],
  ['READ_STORE_MAX_CONNECTIONS', 'READ_STORE_DATABASE_URL'],
];

/** Connections beside these pools: one on which the relay listens for what other replicas append. */
const withBroker: Readonly<Partial<Record<ServiceName, number>>> = { 'command-service': 1 };

/** Without a broker, no relay runs: consumers listen to the log, and commands have connections of their own. */
const withoutBroker: typeof withBroker = {
  // Three take and remove commands, and one listens for new commands.
  'command-service': 3 + 1,
  'projection-service': 1,
  // Four send commands.
  'process-manager': 1 + 4,
};

/** `superuser_reserved_connections`, which are not for us; the Job `migrate` and `ctl log verify`, with one each. */
export const otherConnections = 3 + 1 + 1;

/** The maximum number of connections to Postgres, of each service. */
export interface Connections {
  readonly service: string;
  readonly perPod: number;
  /** For all pods, as many as an autoscaler may start. */
  readonly steady: number;
  /** For the pods that a rollout adds. */
  readonly surge: number;
}

/**
 * The most connections of one replica with these settings. A setting is undefined where the service has its default.
 */
export function connectionsOf(service: ServiceName, given: ReadonlyMap<string, string | undefined>): number {
  const sizes = pools
    .filter(([, address]) => given.has(address))
    .map(([size]) => {
      const byDefault = serviceSettings[service].find((setting) => setting.name === size)!.byDefault;
      return Number(given.get(size) ?? byDefault);
    });
  const beside = given.has('AMQP_URL') ? withBroker : withoutBroker;
  return sum(sizes) + (beside[service] ?? 0);
}

export function postgresConnections(objects: readonly KubernetesObject[]): readonly Connections[] {
  const workloads = workloadsOf(objects);
  return servicePods(objects).map(({ name, container, pod }) => {
    const given = variablesOf(container, objects, pod.volumes).map(
      (variable) => [variable.name, variable.value] as const,
    );
    const perPod = connectionsOf(name, new Map(given));
    const { pods, surge } = workloads.find((workload) => workload.name === name)!;
    return { service: name, perPod, steady: perPod * pods, surge: perPod * surge };
  });
}

/** What Postgres must allow while all services are rolled out at once. */
export function neededConnections(objects: readonly KubernetesObject[]): number {
  return sum(postgresConnections(objects).map(({ steady, surge }) => steady + surge)) + otherConnections;
}

/** The `max_connections` of the Postgres that an overlay brings; undefined if it is elsewhere, or says nothing. */
export function maxConnections(objects: readonly KubernetesObject[]): number | undefined {
  const [cluster] = ofKind<ICluster>(objects, 'Cluster');
  const server = ofKind<IStatefulSet>(objects, 'StatefulSet').find(
    ({ metadata }) => metadata!.name === 'postgres',
  );
  const ofServer = server?.spec!.template.spec!.containers[0]!.args?.join(' ');
  const setting =
    cluster?.spec.postgresql?.parameters?.['max_connections'] ??
    /max_connections=(\d+)/.exec(ofServer ?? '')?.[1];
  return setting === undefined ? undefined : Number(setting);
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
