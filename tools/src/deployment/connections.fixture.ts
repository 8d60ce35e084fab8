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

/** A connection beside the pools, on which the relay listens for what other replicas append. */
const listening: Readonly<Record<string, number>> = { 'command-service': 1 };

/** The connections to the queues of commands in Postgres, without a broker: own pools, and one that listens. */
const queues: Readonly<Record<string, number>> = { 'command-service': 3 + 1, 'process-manager': 4 };

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

export function postgresConnections(objects: readonly KubernetesObject[]): readonly Connections[] {
  const workloads = workloadsOf(objects);
  return servicePods(objects).map(({ name, container, pod }) => {
    const given = variablesOf(container, objects, pod.volumes);
    const value = (setting: string) => given.find((variable) => variable.name === setting)?.value;
    const sizes = pools
      .filter(([, address]) => given.some((variable) => variable.name === address))
      .map(([size]) => {
        const byDefault = serviceSettings[name].find((setting) => setting.name === size)!.byDefault;
        return Number(value(size) ?? byDefault);
      });
    const hasBroker = given.some((variable) => variable.name === 'AMQP_URL');
    const perPod = sum(sizes) + (listening[name] ?? 0) + (hasBroker ? 0 : (queues[name] ?? 0));
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
