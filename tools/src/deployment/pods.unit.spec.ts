import { addresses } from '@tidemark/cli';
import { checkoutRoot, defaultAdminPorts, defaultPorts } from '@tidemark/test-servers';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IService } from 'kubernetes-models/v1/Service';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeWithKubectl, ofKind, overlays, render, type Overlay } from './kustomize.fixture';
import { withExamples } from './example-settings.fixture';
import { configLoaders, serviceSettings } from './service-settings';
import { servicePods, variablesOf } from './service-pods.fixture';
import { workloadsOf } from './workloads.fixture';

const healthController = readFileSync(
  join(checkoutRoot, 'libs/platform/src/health/health-controller.ts'),
  'utf8',
);
const healthPaths = [...healthController.matchAll(/@Get\('(\w+)'\)/g)].map(([, path]) => `/health/${path}`);

const different: readonly Overlay[] = ['small', 'local', 'production', 'production-small'];

// The other overlays have the same pods as these.
describeWithKubectl.each(different)('the pods of %s', (overlay) => {
  const objects = render(overlay);
  const pods = () => servicePods(objects);
  const job = () => ofKind<IJob>(objects, 'Job')[0]!.spec!.template.spec!;
  const ctl = () =>
    ofKind<IDeployment>(objects, 'Deployment').find(({ metadata }) => metadata!.name === 'ctl')!.spec!
      .template.spec!;
  const configOf = (pod: ReturnType<typeof pods>[number]) =>
    configLoaders[pod.name]({
      // The value that the images set. An overlay may change it.
      NODE_ENV: 'production',
      ...withExamples(variablesOf(pod.container, objects, pod.pod.volumes)),
    });

  it('run the image of their service on the ports that it listens on', () => {
    for (const { name, container } of pods()) {
      expect(container.image).toMatch(new RegExp(`/${name}:[\\w.-]+$`));
      expect(container.ports).toEqual([
        { name: 'http', containerPort: defaultPorts[name] },
        { name: 'admin', containerPort: defaultAdminPorts[name] },
      ]);
      const byDefault = (setting: string) =>
        serviceSettings[name].find((found) => found.name === setting)?.byDefault;
      expect(byDefault('PORT')).toBe(String(defaultPorts[name]));
      expect(byDefault('ADMIN_PORT')).toBe(String(defaultAdminPorts[name]));
    }
  });

  it('are reached by a Service of their name', () => {
    const services = ofKind<IService>(objects, 'Service');
    const deployments = ofKind<IDeployment>(objects, 'Deployment');
    for (const { name } of pods()) {
      const { spec } = services.find((service) => service.metadata?.name === name)!;
      const { template } = deployments.find((deployment) => deployment.metadata?.name === name)!.spec!;

      expect(spec!.ports).toEqual([
        { name: 'http', port: 80, targetPort: 'http' },
        { name: 'admin', port: 8080, targetPort: 'admin' },
      ]);
      expect(template.metadata!.labels).toMatchObject(spec!.selector!);
    }
  });

  it('get a valid configuration for their service', () => {
    for (const pod of pods()) {
      expect(() => configOf(pod)).not.toThrow();
    }
  });

  it('get no variable of their own that their service does not read', () => {
    const names = (settings: readonly { readonly name: string }[]) => settings.map(({ name }) => name);
    const all = Object.values(serviceSettings).flatMap(names);
    for (const { name, container, pod } of pods()) {
      const variables = variablesOf(container, objects, pod.volumes);
      const shared = variables.filter(({ from }) => from === 'config');
      const own = variables.filter(({ from }) => from !== 'config');

      expect(all).toEqual(expect.arrayContaining(names(shared)));
      expect(names(serviceSettings[name])).toEqual(expect.arrayContaining(names(own)));
    }
  });

  it('get secret settings only from Secrets', () => {
    for (const { name, container, pod } of pods()) {
      const secret = serviceSettings[name].filter((setting) => setting.secret).map((setting) => setting.name);
      const open = variablesOf(container, objects, pod.volumes).filter(({ from }) => from !== 'secret');

      expect(open.filter((variable) => secret.includes(variable.name))).toEqual([]);
    }
  });

  it("are probed at existing paths, with a time-out longer than the service's own", () => {
    for (const pod of pods()) {
      const { startupProbe, readinessProbe, livenessProbe } = pod.container;
      const { http } = configOf(pod);
      const paths = [startupProbe, readinessProbe, livenessProbe].map((probe) => probe?.httpGet?.path);

      expect(paths).toEqual(['/health/startup', '/health/ready', '/health/live']);
      expect(healthPaths).toEqual(expect.arrayContaining(paths));
      for (const probe of [startupProbe!, readinessProbe!]) {
        expect(probe.httpGet!.port).toBe('http');
        expect(probe.timeoutSeconds! * 1_000).toBeGreaterThan(http.readinessTimeoutMs);
      }
    }
  });

  it('have enough time to drain and to shut down', () => {
    for (const pod of pods()) {
      const { http } = configOf(pod);

      expect(http.drainDelayMs).toBeGreaterThanOrEqual(5_000);
      expect(http.shutdownTimeoutMs).toBeGreaterThan(http.drainDelayMs);
      expect(pod.pod.terminationGracePeriodSeconds! * 1_000).toBeGreaterThan(http.shutdownTimeoutMs);
    }
  });

  it('have no rights beyond their work', () => {
    const all = [...pods().map(({ pod }) => pod), job(), ctl()];
    for (const pod of all) {
      expect(pod).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
      });
      for (const container of [...pod.containers, ...(pod.initContainers ?? [])]) {
        expect(container.securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        expect(container.resources).toMatchObject({
          requests: { cpu: expect.any(String), memory: expect.any(String) },
          limits: { memory: expect.any(String) },
        });
      }
    }
  });

  it('are spread over zones and hosts, and are disrupted one at a time', () => {
    const budgets = ofKind<IPodDisruptionBudget>(objects, 'PodDisruptionBudget');
    for (const { name, pod } of pods()) {
      const budget = budgets.find(({ metadata }) => metadata?.name === name)?.spec;

      expect(budget).toMatchObject({
        maxUnavailable: 1,
        selector: { matchLabels: { 'app.kubernetes.io/name': name } },
      });
      expect(pod.topologySpreadConstraints!.map(({ topologyKey }) => topologyKey)).toEqual([
        'topology.kubernetes.io/zone',
        'kubernetes.io/hostname',
      ]);
    }
  });

  it('give the command line the addresses of the services, and its secrets as files', () => {
    const [{ env, volumeMounts, image }] = ctl().containers as [IContainer];
    const value = (name: string) => env!.find((variable) => variable.name === name)?.value;
    const services = ofKind<IService>(objects, 'Service');

    expect(image).toMatch(/\/ctl:[\w.-]+$/);
    for (const [name, { variable, adminVariable }] of Object.entries(addresses)) {
      const { ports } = services.find(({ metadata }) => metadata!.name === name)!.spec!;
      const [http, admin] = ['http', 'admin'].map(
        (port) => ports!.find((found) => found.name === port)?.port,
      );
      expect(http).toBe(80);
      expect(value(variable)).toBe(`http://${name}`);
      expect(value(adminVariable)).toBe(`http://${name}:${admin}`);
    }
    const secrets = env!.map((variable) => variable.name).filter((name) => name.endsWith('_FILE'));
    expect(secrets.toSorted()).toEqual([
      ...(overlay.startsWith('production') ? [] : ['AUTH_LOCAL_KEY_FILE']),
      'EVENT_STORE_DATABASE_URL_FILE',
      ...(overlay.startsWith('production') ? ['TIDEMARK_TOKEN_FILE'] : []),
    ]);
    for (const secret of secrets) {
      expect(value(secret)).toBe(`${volumeMounts![0]!.mountPath}/${secret.replace(/_FILE$/, '')}`);
    }
  });
});

describeWithKubectl('the pods of the other overlays', () => {
  const withoutRegistries = (overlay: Overlay) =>
    workloadsOf(render(overlay)).map(
      (workload) =>
        JSON.parse(JSON.stringify(workload).replaceAll(/"image":"[^"]*\//g, '"image":"')) as unknown,
    );

  it.each(overlays.filter((overlay) => !different.includes(overlay)))(
    '%s are those of local or production',
    (overlay) => {
      const original = overlay.replace(/-.*/, '') as Overlay;
      expect(withoutRegistries(overlay)).toEqual(withoutRegistries(original));
    },
  );
});

describeWithKubectl('the autoscalers of production', () => {
  const objects = render('production');

  it('alone decide the number of replicas', () => {
    const targets = [
      ...ofKind<IHorizontalPodAutoscaler>(objects, 'HorizontalPodAutoscaler'),
      ...ofKind<{ readonly spec: { readonly scaleTargetRef: { readonly name: string } } }>(
        objects,
        'ScaledObject',
      ),
    ].map(({ spec }) => spec!.scaleTargetRef.name);
    const deployments = ofKind<IDeployment>(objects, 'Deployment').filter(
      ({ metadata }) => metadata!.labels!['app.kubernetes.io/component'] === 'service',
    );

    expect(targets.toSorted()).toEqual(deployments.map(({ metadata }) => metadata!.name).toSorted());
    expect(deployments.filter(({ spec }) => spec!.replicas !== undefined)).toEqual([]);
  });
});
