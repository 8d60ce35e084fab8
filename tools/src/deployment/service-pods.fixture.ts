import { serviceNames, type ServiceName } from '@tidemark/test-servers';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import { ofKind, type KubernetesObject } from './kustomize.fixture';

/** One of the four services, as an overlay runs it. */
export interface ServicePod {
  readonly name: ServiceName;
  readonly pod: IPodSpec;
  readonly container: IContainer;
}

export function servicePods(objects: readonly KubernetesObject[]): readonly ServicePod[] {
  const deployments = ofKind<IDeployment>(objects, 'Deployment');
  return serviceNames.map((name) => {
    const pod = deployments.find((deployment) => deployment.metadata?.name === name)!.spec!.template.spec!;
    return { name, pod, container: pod.containers[0]! };
  });
}

/** The source of a container's variable. A Secret that is not in the overlay has no value here. */
export interface Variable {
  readonly name: string;
  readonly from: 'literal' | 'config' | 'secret';
  readonly value?: string;
}

/** The values of a container's environment, and of the Secret files that its environment names. */
export function variablesOf(
  container: IContainer,
  objects: readonly KubernetesObject[],
  volumes: IPodSpec['volumes'] = [],
): Variable[] {
  const shared = (container.envFrom ?? []).flatMap(({ configMapRef }) =>
    Object.entries(named<IConfigMap>(objects, 'ConfigMap', configMapRef!.name!)!.data!).map(
      ([name, value]): Variable => ({ name, from: 'config', value }),
    ),
  );
  const own = (container.env ?? []).map(({ name, value, valueFrom }): Variable => {
    const mounted = name.endsWith('_FILE') ? mountedSecret(value!, container, volumes) : undefined;
    if (value !== undefined && !mounted) {
      return { name, from: 'literal', value };
    }
    const { name: secretName, key } = mounted ?? valueFrom!.secretKeyRef!;
    const encoded = named<ISecret>(objects, 'Secret', secretName!)?.data?.[key];
    return {
      name: mounted ? name.replace(/_FILE$/, '') : name,
      from: 'secret',
      ...(encoded !== undefined && { value: Buffer.from(encoded, 'base64').toString() }),
    };
  });
  return [...shared, ...own];
}

/** The Secret and key behind a file of the container. */
function mountedSecret(
  path: string,
  { volumeMounts = [] }: IContainer,
  volumes: NonNullable<IPodSpec['volumes']>,
): { readonly name: string; readonly key: string } | undefined {
  const mount = volumeMounts.find(({ mountPath }) => path.startsWith(`${mountPath}/`));
  const name = volumes.find((volume) => volume.name === mount?.name)?.secret?.secretName;
  return mount && name ? { name, key: path.slice(mount.mountPath.length + 1) } : undefined;
}

function named<Object>(objects: readonly KubernetesObject[], kind: string, name: string): Object | undefined {
  return objects.find((object) => object.kind === kind && object.metadata.name === name) as
    Object | undefined;
}
