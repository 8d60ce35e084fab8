import { checkoutRoot } from '@tidemark/test-servers';
import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';

/** The overlays: those for one node bring the stores, and the others expect them elsewhere or in the cluster. */
export const overlays = [
  'small',
  'local',
  'local-gateway',
  'local-ingress',
  'production',
  'production-small',
  'production-operators',
  'production-aws',
] as const;
export type Overlay = (typeof overlays)[number];

/** An object of the Kubernetes API, of any kind. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
}

const canRender = spawnSync('kubectl', ['kustomize', '--help'], { stdio: 'ignore' }).status === 0;

/** `describe` for tests that render manifests. Jest reports them as skipped if `kubectl` is not installed. */
export const describeWithKubectl = canRender ? describe : describe.skip;

const rendered = new Map<Overlay, readonly KubernetesObject[]>();

/** The objects that `kubectl apply -k` would send; none if `kubectl` is not installed. */
export function render(overlay: Overlay): readonly KubernetesObject[] {
  if (!canRender) {
    return [];
  }
  const known = rendered.get(overlay);
  if (known) {
    return known;
  }
  const folder = join(checkoutRoot, 'k8s/overlays', overlay);
  const text = execFileSync('kubectl', ['kustomize', folder], { encoding: 'utf8' });
  const objects = objectsIn(text).map((object) => ('data' in object ? withoutLineBreaks(object) : object));
  rendered.set(overlay, objects);
  return objects;
}

/**
 * Kustomize breaks long lines of a Secret's base64. The API server's decoder skips these line breaks, but the schema
 * does not allow them.
 */
function withoutLineBreaks(object: KubernetesObject & { readonly data?: unknown }): KubernetesObject {
  const data = Object.entries(object.data as Record<string, string>);
  return object.kind !== 'Secret'
    ? object
    : ({
        ...object,
        data: Object.fromEntries(data.map(([key, value]) => [key, value.replaceAll('\n', '')])),
      } as KubernetesObject);
}

/** The objects of a file with one or more YAML documents. */
export function objectsIn(text: string): readonly KubernetesObject[] {
  return parseAllDocuments(text).map((document) => {
    for (const error of document.errors) {
      throw error;
    }
    return document.toJS() as KubernetesObject;
  });
}

export function ofKind<Object>(objects: readonly KubernetesObject[], kind: string): readonly Object[] {
  return objects.filter((object) => object.kind === kind) as readonly unknown[] as readonly Object[];
}
