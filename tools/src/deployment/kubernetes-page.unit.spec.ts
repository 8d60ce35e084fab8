import { checkoutRoot, defaultPorts, type ServiceName } from '@tidemark/test-servers';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { IService } from 'kubernetes-models/v1/Service';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { byDefault, servicesIn } from './compose.fixture';
import { commandsOf } from './kubernetes-page.fixture';
import { describeWithKubectl, ofKind, overlays, render, type Overlay } from './kustomize.fixture';
import { workloadsOf } from './workloads.fixture';

const kind = commandsOf('On kind');
const minikube = commandsOf('On minikube');
const others = ['On Postgres alone', 'Ways in', 'What the operator sees'];
const all = [...kind, ...minikube, ...others.flatMap(commandsOf)];
const read = (path: string) => readFileSync(join(checkoutRoot, path), 'utf8');

describe('docs/kubernetes.md', () => {
  it('leads to the first delivered order in ten commands, on either cluster', () => {
    expect(kind).toHaveLength(10);
    expect(kind.at(-1)).toMatch(/npm run -s demo$/);
    // Only the cluster and the way in which images get into it are different.
    expect(minikube).toHaveLength(2);
  });

  it('names only scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = all.flatMap((command) =>
      [...command.matchAll(/npm run -s ([\w:-]+)/g)].map(([, name]) => name),
    );

    expect(named).toContain('demo');
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});

describeWithKubectl('the commands of docs/kubernetes.md', () => {
  const objects = render('local');

  it('uses the key with which the overlay verifies tokens', () => {
    const [{ data }] = ofKind<ISecret & { metadata: { name: string } }>(objects, 'Secret').filter(
      ({ metadata }) => metadata.name.startsWith('tokens-'),
    ) as [ISecret];
    const key = Buffer.from(data!['AUTH_LOCAL_KEY']!, 'base64').toString();
    const used = all.flatMap((command) =>
      [...command.matchAll(/AUTH_LOCAL_KEY=(\S+)/g)].map(([, given]) => given),
    );

    expect([...new Set(used)]).toEqual([key]);
  });

  const images = new Set(
    workloadsOf(objects)
      .flatMap(({ pod }) => [...pod.containers, ...(pod.initContainers ?? [])].map(({ image }) => image!))
      .filter((image) => image.startsWith('tidemark/')),
  );

  it('build and load every image that the pods run', () => {
    const built = Object.values(servicesIn('docker-compose.yml'))
      .filter(({ build }) => build !== undefined)
      .map(({ image }) => byDefault(image));
    const loads = [...kind, ...minikube].filter((command) => / load /.test(command));

    expect(kind).toContain('docker compose build');
    expect(built).toEqual(expect.arrayContaining([...images]));
    expect(loads).toHaveLength(2);
    for (const command of loads) {
      expect(
        command
          .split(' ')
          .filter((word) => word.startsWith('tidemark/'))
          .toSorted(),
      ).toEqual([...images].toSorted());
    }
  });

  it('apply overlays that exist', () => {
    const applied = all.flatMap((command) =>
      [...command.matchAll(/apply -k k8s\/overlays\/(\S+)/g)].map(([, name]) => name as Overlay),
    );

    expect([...new Set(applied)].toSorted()).toEqual(
      overlays.filter((overlay) => !overlay.startsWith('production')).toSorted(),
    );
  });

  it('wait for Deployments in the namespace that the overlay creates', () => {
    const namespaces = all.flatMap((command) =>
      [...command.matchAll(/kubectl -n (tidemark\S*)/g)].map(([, name]) => name),
    );
    const found = objects
      .filter(({ kind: each }) => each === 'Namespace')
      .map(({ metadata }) => metadata.name);

    expect([...new Set(namespaces)]).toEqual(found);
    expect(ofKind<IDeployment>(objects, 'Deployment').map(({ metadata }) => metadata!.name)).toContain('ctl');
  });

  it('forward the ports that the demo asks to Services that have them', () => {
    const services = ofKind<IService>(objects, 'Service');
    const forwarded = kind.flatMap((command) => {
      const [, name, here, port] = /port-forward service\/(\S+) (\d+):(\d+) &$/.exec(command) ?? [];
      return name === undefined
        ? []
        : [{ name: name as ServiceName, here: Number(here), port: Number(port) }];
    });

    expect(forwarded.map(({ name }) => name)).toEqual([
      'command-service',
      'query-service',
      'process-manager',
    ]);
    for (const { name, here, port } of forwarded) {
      const { spec } = services.find(({ metadata }) => metadata!.name === name)!;
      expect(spec!.ports!.find((found) => found.port === port)?.targetPort).toBe('http');
      expect(here).toBe(defaultPorts[name]);
    }
  });

  it('run the command line in a pod that exists', () => {
    const pods = all.flatMap((command) =>
      [...command.matchAll(/exec (?:-it )?deploy\/(\S+)/g)].map(([, name]) => name!),
    );

    expect(pods.length).toBeGreaterThan(0);
    expect(ofKind<IDeployment>(objects, 'Deployment').map(({ metadata }) => metadata!.name)).toEqual(
      expect.arrayContaining(pods),
    );
  });
});
