import { checkoutRoot, type ServiceName, type Storage } from '@tidemark/test-servers';
import { execFile } from 'node:child_process';
import { commandsOf } from '../deployment/kubernetes-page.fixture';
import { describeWithKubectl, render, type Overlay } from '../deployment/kustomize.fixture';
import { servicePods, variablesOf } from '../deployment/service-pods.fixture';
import { startSystem, type RunningSystem } from './running-system.fixture';

/** The settings whose values the test replaces by those of its own servers and files. */
const replaced = /_URL$|^MESSAGE_KEYS$/;

/** The overlays for a cluster on one machine, with the servers that they leave out. */
const overlays: readonly { readonly overlay: Overlay; readonly without: Partial<Storage> }[] = [
  { overlay: 'local', without: {} },
  { overlay: 'small', without: { amqpUrl: undefined, mongodbUrl: undefined } },
];

/** The settings that the pods of the overlay have, by service. */
function settingsOfPods(overlay: Overlay): Record<ServiceName, Record<string, string>> {
  const objects = render(overlay);
  return Object.fromEntries(
    servicePods(objects).map(({ name, container, pod }) => [
      name,
      Object.fromEntries(
        variablesOf(container, objects, pod.volumes)
          .filter((variable) => !replaced.test(variable.name))
          .map((variable) => [variable.name, variable.value!]),
      ),
    ]),
  ) as Record<ServiceName, Record<string, string>>;
}

function shell(command: string, environment: Record<string, string>) {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
  return new Promise<{ code: number | string; output: string }>((resolve) =>
    execFile('sh', ['-c', command], { cwd: checkoutRoot, env }, (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: `${stdout}${stderr}` }),
    ),
  );
}

describeWithKubectl.each(overlays)('the last command of docs/kubernetes.md, with $overlay', (given) => {
  let system: RunningSystem;
  beforeAll(async () => {
    system = await startSystem(settingsOfPods(given.overlay), (storage) =>
      Promise.resolve({ ...storage, ...given.without }),
    );
  });
  afterAll(() => system.end());

  it('delivers orders to services with the settings of the pods', async () => {
    const { urls } = system.installation;
    // These URLs replace the ports that earlier commands of the page forward.
    const { code, output } = await shell(commandsOf('On kind').at(-1)!, {
      TIDEMARK_COMMAND_URL: urls['command-service'],
      TIDEMARK_QUERY_URL: urls['query-service'],
      TIDEMARK_PROCESS_URL: urls['process-manager'],
    });

    expect([code, output]).toEqual([0, expect.stringContaining(': DELIVERED, payment CAPTURED')]);
  });
});
