import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import { ofKind, type KubernetesObject } from './kustomize.fixture';

/** An object that runs pods of one kind. */
export interface Workload {
  readonly name: string;
  readonly pod: IPodSpec;
  /** The maximum number of pods of one version: all that an autoscaler may start. */
  readonly pods: number;
  /** The pods of the next version that a rollout adds to them. */
  readonly surge: number;
}

export function workloadsOf(objects: readonly KubernetesObject[]): readonly Workload[] {
  const deployments = ofKind<IDeployment>(objects, 'Deployment').map(({ metadata, spec }): Workload => {
    const pods = mostReplicas(metadata!.name!, objects) ?? spec!.replicas ?? 1;
    return { name: metadata!.name!, pod: spec!.template.spec!, pods, surge: surgeOf(spec!, pods) };
  });
  const others = [...ofKind<IStatefulSet>(objects, 'StatefulSet'), ...ofKind<IJob>(objects, 'Job')].map(
    ({ metadata, spec }): Workload => ({
      name: metadata!.name!,
      pod: spec!.template.spec!,
      pods: (spec as { replicas?: number }).replicas ?? 1,
      surge: 0,
    }),
  );
  return [...deployments, ...others];
}

/** What an autoscaler allows; undefined if there is none. */
function mostReplicas(deployment: string, objects: readonly KubernetesObject[]): number | undefined {
  const limits = [
    ...ofKind<IHorizontalPodAutoscaler>(objects, 'HorizontalPodAutoscaler').map(({ spec }) => ({
      target: spec!.scaleTargetRef.name,
      most: spec!.maxReplicas,
    })),
    // KEDA's default is 100.
    ...ofKind<IScaledObject>(objects, 'ScaledObject').map(({ spec }) => ({
      target: spec.scaleTargetRef.name,
      most: spec.maxReplicaCount ?? 100,
    })),
  ];
  return limits.find(({ target }) => target === deployment)?.most;
}

function surgeOf({ strategy }: NonNullable<IDeployment['spec']>, pods: number): number {
  if (strategy?.type === 'Recreate') {
    return 0;
  }
  const surge = strategy?.rollingUpdate?.maxSurge ?? '25%';
  return typeof surge === 'number' ? surge : Math.ceil((pods * Number.parseInt(surge, 10)) / 100);
}
