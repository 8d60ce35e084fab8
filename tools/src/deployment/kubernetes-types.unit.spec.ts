import { checkoutRoot } from '@tidemark/test-servers';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

const external = (name: string, fields: object, apiVersion = 'external-secrets.io/v1') => ({
  apiVersion,
  kind: 'ExternalSecret',
  metadata: { name },
  spec: {
    secretStoreRef: { kind: 'ClusterSecretStore', name: 'tidemark' },
    dataFrom: [{ extract: { key: `tidemark/${name}` } }],
    ...fields,
  },
});
const route = (name: string, match: object) => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name },
  spec: { rules: [{ matches: [match], backendRefs: [{ name: 'query-service', port: 80 }] }] },
});
const postgres = (name: string, fields: object) => ({
  apiVersion: 'postgresql.cnpg.io/v1',
  kind: 'Cluster',
  metadata: { name },
  spec: { instances: 3, storage: { size: '1Gi' }, ...fields },
});
const rabbitmq = (name: string, fields: object) => ({
  apiVersion: 'rabbitmq.com/v1beta1',
  kind: 'RabbitmqCluster',
  metadata: { name },
  spec: { replicas: 3, ...fields },
});
const mongodb = (name: string, fields: object) => ({
  apiVersion: 'mongodbcommunity.mongodb.com/v1',
  kind: 'MongoDBCommunity',
  metadata: { name },
  spec: {
    type: 'ReplicaSet',
    security: { authentication: { modes: ['SCRAM'] } },
    users: [{ name: 'u', roles: [{ name: 'read', db: 'd' }] }],
    ...fields,
  },
});

const sound: readonly KubernetesObject[] = [
  deployment('sound', { replicas: 2 }),
  rule('sound-rule', { annotations: { summary: 'down' } }),
  scaled('sound-scaling', { maxReplicaCount: 16 }),
  external('sound-secret', { refreshInterval: '5m' }),
  route('sound-route', { method: 'GET', path: { type: 'PathPrefix', value: '/v1' } }),
  postgres('sound-postgres', { postgresql: { parameters: { max_connections: '100' } } }),
  rabbitmq('sound-rabbitmq', { persistence: { storage: '1Gi' } }),
  mongodb('sound-mongodb', { members: 3 }),
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
  [
    'a misspelt field of a secret',
    external('secret', { refreshIntervall: '5m' }),
    /secret: .*refreshIntervall/,
  ],
  [
    'a version of a secret that does not exist',
    external('next', {}, 'external-secrets.io/v2'),
    /next: external-secrets.io\/v2 has no kind ExternalSecret/,
  ],
  ['a value that a route does not know', route('route', { method: 'FETCH' }), /route: /],
  ['a misspelt field of a Postgres', postgres('pg', { walStorag: { size: '1Gi' } }), /pg: .*walStorag/],
  [
    'a value that a Postgres does not know',
    postgres('sync', { postgresql: { synchronous: { method: 'all', number: 1 } } }),
    /sync: .*all/,
  ],
  ['a misspelt field of a RabbitMQ', rabbitmq('mq', { persistance: {} }), /mq: .*persistance/],
  ['a missing field of a MongoDB', mongodb('mongo', { users: undefined }), /mongo: .*users/],
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

describeWithKubectl('the overlays', () => {
  it('contain only kinds and fields that the API knows', () => {
    const rendered = overlays.map(render);
    for (const objects of rendered) {
      expect(objects.length).toBeGreaterThan(20);
    }
    // Overlays have most objects in common.
    const different = new Map(rendered.flat().map((object) => [JSON.stringify(object), object]));
    expect(kubernetesFaults([...different.values()])).toEqual([]);
  });

  it('use every component', () => {
    const components = readdirSync(join(checkoutRoot, 'k8s/components'));
    const used = overlays
      .map((overlay) =>
        readFileSync(join(checkoutRoot, 'k8s/overlays', overlay, 'kustomization.yaml'), 'utf8'),
      )
      .flatMap((text) => [...text.matchAll(/components\/([\w-]+)/g)].map(([, name]) => name!));

    expect([...new Set(used)].toSorted()).toEqual(components.toSorted());
  });
});
