import { kubernetesFaults } from './kubernetes-types.fixture';
import { describeWithKubectl, overlays, render, type KubernetesObject } from './kustomize.fixture';

const container = { name: 'service', image: 'tidemark/query-service' };
const deployment = (name: string, spec: object, containerFields: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ ...container, ...containerFields }] },
    },
    ...spec,
  },
});
const rule = (name: string, fields: object) => ({
  apiVersion: 'monitoring.coreos.com/v1',
  kind: 'PrometheusRule',
  metadata: { name },
  spec: { groups: [{ name: 'g', rules: [{ alert: 'A', expr: 'up == 0', ...fields }] }] },
});
const scaled = (name: string, fields: object) => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name },
  spec: { scaleTargetRef: { name }, triggers: [{ type: 'cron', metadata: {} }], ...fields },
});

const sound: readonly KubernetesObject[] = [
  deployment('sound', { replicas: 2 }),
  rule('sound-rule', { annotations: { summary: 'down' } }),
  scaled('sound-scaling', { maxReplicaCount: 16 }),
];
const broken: readonly (readonly [string, KubernetesObject, RegExp])[] = [
  ['a misspelt field deep inside', deployment('typo', {}, { readinesProbe: {} }), /typo: .*readinesProbe/],
  ['a misspelt field at the top', deployment('flat', { replica: 2 }), /flat: .*replica/],
  ['a wrong type', deployment('type', { replicas: '2' }), /type: /],
  ['a missing field', { ...deployment('less', {}), spec: {} } as KubernetesObject, /less: .*selector/],
  [
    'a kind that does not exist',
    { ...deployment('kind', {}), kind: 'Deploiment' },
    /kind: apps\/v1 has no kind Deploiment/,
  ],
  [
    'a version that does not exist',
    { ...deployment('old', {}), apiVersion: 'apps/v3' },
    /old: apps\/v3 has no kind Deployment/,
  ],
  ['a misspelt field of an alert', rule('alert', { anotations: {} }), /alert: .*anotations/],
  ['a misspelt field of a scaler', scaled('scaler', { maxReplicas: 16 }), /scaler: .*maxReplicas/],
];

describe('the check against the API types', () => {
  let faults: readonly string[];
  beforeAll(() => {
    faults = kubernetesFaults([...sound, ...broken.map(([, object]) => object)]);
  }, 60_000);

  it.each(broken)('notices %s', (_, __, expected) => {
    expect(faults).toContainEqual(expect.stringMatching(expected));
  });

  it('finds no fault in valid objects', () => {
    expect(faults.filter((fault) => fault.includes('sound'))).toEqual([]);
  });
});

describeWithKubectl.each(overlays)('the overlay %s', (overlay) => {
  it('contains only kinds and fields that the API knows', () => {
    const objects = render(overlay);

    expect(objects.length).toBeGreaterThan(20);
    expect(kubernetesFaults(objects)).toEqual([]);
  }, 60_000);
});
