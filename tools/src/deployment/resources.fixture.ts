import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { KubernetesObject } from './kustomize.fixture';
import { workloadsOf } from './workloads.fixture';

type Resource = 'cpu' | 'memory';
type Bound = 'requests' | 'limits';

const units: Readonly<Record<string, number>> = { m: 1e-3, Ki: 2 ** 10, Mi: 2 ** 20, Gi: 2 ** 30, '': 1 };

/** CPUs or bytes. @throws Error for a quantity with another unit */
export function quantity(text: string | number): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)(m|Ki|Mi|Gi|)$/.exec(String(text)) ?? [];
  if (number === undefined) {
    throw new Error(`${text} is not a quantity in m, Ki, Mi or Gi`);
  }
  return Number(number) * units[unit!]!;
}

/**
 * What all pods together may use, during a rollout of all Deployments at once and while the Job runs.
 *
 * @throws Error when a container has no such bound
 */
export function together(objects: readonly KubernetesObject[], bound: Bound, resource: Resource): number {
  return workloadsOf(objects)
    .map(({ name, pod, pods, surge }) => boundOf(name, pod, bound, resource) * (pods + surge))
    .reduce((total, each) => total + each, 0);
}

/** As the scheduler counts it: init containers run one after another, before the others. */
function boundOf(workload: string, pod: IPodSpec, bound: Bound, resource: Resource): number {
  const of = ({ name, resources }: IContainer) => {
    const found = resources?.[bound]?.[resource];
    if (found === undefined) {
      throw new Error(`the container ${name} of ${workload} has no ${bound}.${resource}`);
    }
    return quantity(found);
  };
  const running = pod.containers.map(of).reduce((total, each) => total + each, 0);
  return Math.max(running, ...(pod.initContainers ?? []).map(of));
}
