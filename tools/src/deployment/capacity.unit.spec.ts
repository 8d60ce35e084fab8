import { checkoutRoot, serviceNames } from '@tidemark/test-servers';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  maxConnections,
  neededConnections,
  otherConnections,
  postgresConnections,
  sum,
} from './connections.fixture';
import {
  describeWithKubectl,
  overlays,
  render,
  type KubernetesObject,
  type Overlay,
} from './kustomize.fixture';
import { quantity, together } from './resources.fixture';

/** The laptop's cluster of docs/kubernetes.md. */
const node = { cpu: quantity('2'), memory: quantity('4Gi') };

/**
 * The requests of the cluster's other pods. On kind, they request 250 + 200 + 100 + 100 m for the control plane, 100 m
 * for each of two CoreDNS, and 100 m for the network plugin. The control plane has no limit of memory, so this is an
 * allowance.
 */
const system = { cpu: quantity('950m'), memory: quantity('800Mi') };

// A test breaks objects of any shape.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Breakable = any;

function broken(
  objects: readonly KubernetesObject[],
  kind: string,
  name: string,
  damage: (spec: Breakable) => void,
) {
  const copy = structuredClone(objects) as unknown as Breakable[];
  damage(copy.find((object) => object.kind === kind && object.metadata.name === name).spec);
  return copy as KubernetesObject[];
}

const fits = (objects: readonly KubernetesObject[]) =>
  together(objects, 'requests', 'cpu') <= node.cpu - system.cpu &&
  together(objects, 'requests', 'memory') <= node.memory - system.memory &&
  together(objects, 'limits', 'memory') <= node.memory - system.memory;

describeWithKubectl.each(['small', 'local'] as const)('the overlay %s', (overlay) => {
  const objects = render(overlay);

  it('fits a node with 2 CPUs and 4 GiB, in what it requests and in what it may take, also during a rollout', () => {
    expect(fits(objects)).toBe(true);
  });

  it('takes what docs/kubernetes.md says', () => {
    const page = readFileSync(join(checkoutRoot, 'docs/kubernetes.md'), 'utf8').replaceAll(/\s+/g, ' ');
    const [cpus, requested, limit] = [
      together(objects, 'requests', 'cpu'),
      together(objects, 'requests', 'memory') / quantity('1Gi'),
      together(objects, 'limits', 'memory') / quantity('1Gi'),
    ].map((amount) => amount.toFixed(1));

    expect(page).toContain(`request ${cpus} CPUs and ${requested} GiB, and may take ${limit} GiB`);
  });

  it('needs no CustomResourceDefinition', () => {
    const groups = new Set(objects.map(({ apiVersion }) => apiVersion));

    expect([...groups].toSorted()).toEqual([
      'apps/v1',
      'batch/v1',
      'networking.k8s.io/v1',
      'policy/v1',
      'v1',
    ]);
  });
});

describeWithKubectl('the check of capacity', () => {
  it.each([
    ['another replica', (spec: Breakable) => (spec.replicas = 2)],
    ['a rollout with another pod', (spec: Breakable) => (spec.strategy.rollingUpdate.maxSurge = 1)],
    [
      'more memory',
      (spec: Breakable) => (spec.template.spec.containers[0].resources.limits.memory = '768Mi'),
    ],
  ])('notices %s', (_, damage) => {
    expect(fits(broken(render('local'), 'Deployment', 'command-service', damage))).toBe(false);
  });

  it('finds that the small overlay takes less', () => {
    for (const bound of ['requests', 'limits'] as const) {
      expect(together(render('small'), bound, 'memory')).toBeLessThan(
        together(render('local'), bound, 'memory'),
      );
    }
  });
});

/** The overlays that bring a Postgres. */
const withPostgres = ['small', 'local', 'local-gateway', 'local-ingress', 'production-operators'] as const;

describeWithKubectl.each(withPostgres)('the Postgres of %s', (overlay) => {
  it('admits the pools of all pods, also during a rollout', () => {
    const objects = render(overlay);
    expect(maxConnections(objects)).toBeGreaterThanOrEqual(neededConnections(objects));
  });
});

describeWithKubectl('the check of connections', () => {
  it('knows the overlays that bring a Postgres', () => {
    const found = overlays.filter((overlay) => maxConnections(render(overlay)) !== undefined);
    expect(found).toEqual(withPostgres);
  });

  it.each([
    ['more replicas', (spec: Breakable) => (spec.replicas = 3)],
    [
      'larger pools',
      (spec: Breakable) =>
        spec.template.spec.containers[0].env.push({ name: 'DATABASE_POOL_SIZE', value: '80' }),
    ],
  ])('counts %s', (_, damage) => {
    const objects = broken(render('small'), 'Deployment', 'command-service', damage);
    expect(neededConnections(objects)).toBeGreaterThan(maxConnections(objects)!);
  });

  it('counts the read models, if they are in Postgres', () => {
    const objects = broken(render('local'), 'Deployment', 'query-service', (spec) => {
      const value = 'postgres://query-service@postgres:5432/postgres';
      spec.template.spec.containers[0].env.push({ name: 'READ_STORE_DATABASE_URL', value });
    });
    expect(neededConnections(objects) - neededConnections(render('local'))).toBe(20);
  });

  it('counts what follows the log and takes commands from Postgres, if there is no broker', () => {
    const perPod = (overlay: Overlay) =>
      postgresConnections(render(overlay)).map((found) => [found.service, found.perPod]);
    expect(perPod('production')).toEqual([
      ['command-service', 26],
      ['query-service', 5],
      ['projection-service', 5],
      ['process-manager', 25],
    ]);
    expect(perPod('production-small')).toEqual([
      ['command-service', 29],
      ['query-service', 25],
      ['projection-service', 26],
      ['process-manager', 30],
    ]);
  });

  it('counts what a rollout adds', () => {
    const objects = broken(render('local'), 'Deployment', 'command-service', (spec) => {
      spec.strategy.rollingUpdate.maxSurge = 1;
    });
    expect(neededConnections(objects) - neededConnections(render('local'))).toBe(26);
  });
});

describeWithKubectl('the page about connections', () => {
  const page = readFileSync(join(checkoutRoot, 'docs/operations/install.md'), 'utf8');
  const [, section] = page.split('\n## Connections to Postgres\n') as [string, string];
  const table = section.split('\n');
  // A block that is skipped still runs, and nothing is rendered for it.
  const counted = () => postgresConnections(render('production'));

  it.each(serviceNames)('has the numbers of %s', (service) => {
    const { perPod, steady } = counted().find((found) => found.service === service)!;
    const row = table.find((line) => line.startsWith(`| ${service} `))!;
    const cells = row.split('|').map((cell) => cell.trim());

    expect(cells.slice(3, 6)).toEqual([`${perPod}`, `${2 * perPod}`, `${steady / perPod} pods: ${steady}`]);
  });

  it('adds them up', () => {
    const connections = counted();
    const perPod = sum(connections.map((found) => found.perPod));

    expect(section).toContain(`: ${perPod} connections for all four`);
    expect(section).toContain(`${2 * perPod} + ${perPod}, plus`);
    expect(section).toContain(`${sum(connections.map(({ steady }) => steady))} + ${perPod}, plus`);
    expect(otherConnections).toBe(5);
  });
});
