import type { BackingService, Infrastructure } from '../infrastructure/infrastructure';
import { createVhost, deleteVhost, type Broker } from '../infrastructure/rabbitmq/vhosts';
import { startInfrastructure, type InfrastructureOptions } from '../infrastructure/start-infrastructure';
import { sweepLeftOvers } from './sweep-left-overs';
import { testName } from './test-name';
import { testRunVariables } from './test-run';

export interface StartedTestRun<Service extends BackingService = BackingService> {
  /** The variables for the processes that run the tests. */
  readonly environment: Readonly<Record<string, string>>;
  readonly infrastructure: Omit<Infrastructure<Service>, 'stop'>;
  /** Drops the run's virtual host and stops the servers that were started for the run. */
  stop(): Promise<void>;
}

const allThatThereAre: InfrastructureOptions<'postgres'> = {
  services: ['postgres'],
  optional: ['rabbitmq', 'mongodb'],
};

/**
 * Finds or starts the servers for one run of tests, with a separate virtual host if the user may create one. A run has
 * at least a Postgres. Tests that need a server which the run does not have are skipped. With `TIDEMARK_SETUP=full`, a
 * run has all servers.
 */
export async function startTestRun<Service extends BackingService = 'postgres'>(
  options: InfrastructureOptions<Service> = {},
): Promise<StartedTestRun<Service>> {
  const { environment = process.env } = options;
  const infrastructure = await startInfrastructure(
    options.services || environment.TIDEMARK_SETUP === 'full'
      ? options
      : { ...options, ...(allThatThereAre as InfrastructureOptions<Service>) },
  );
  const { choices, mongodbIsStandIn } = infrastructure;
  const urls: Partial<Infrastructure['urls']> = infrastructure.urls;
  const rabbitmqctl = choices.find(({ service }) => service === 'rabbitmq')?.rabbitmqctl;
  const broker: Broker | undefined = urls.rabbitmq ? { url: urls.rabbitmq, rabbitmqctl } : undefined;
  const vhost = testName();
  try {
    const [vhostUrl] = await Promise.all([
      broker && createVhost(broker, vhost),
      sweepLeftOvers(urls, broker),
    ]);
    const variables = {
      [testRunVariables.postgres]: urls.postgres,
      [testRunVariables.rabbitmq]: vhostUrl ?? urls.rabbitmq,
      [testRunVariables.rabbitmqctl]: rabbitmqctl && JSON.stringify(rabbitmqctl),
      [testRunVariables.mongodb]: urls.mongodb,
      [testRunVariables.mongodbIsStandIn]: String(mongodbIsStandIn),
      [testRunVariables.servers]: choices.map(({ service }) => service).join(),
    };
    return {
      environment: Object.fromEntries(
        Object.entries(variables).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      infrastructure,
      stop: async () => {
        if (broker && vhostUrl !== undefined) {
          await deleteVhost(broker, vhost);
        }
        await infrastructure.stop();
      },
    };
  } catch (cause) {
    await infrastructure.stop();
    throw cause;
  }
}
