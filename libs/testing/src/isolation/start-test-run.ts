import { createVhost, deleteVhost, type Broker } from '../infrastructure/rabbitmq/vhosts';
import { startInfrastructure, type InfrastructureOptions } from '../infrastructure/start-infrastructure';
import { sweepLeftOvers } from './sweep-left-overs';
import { testName } from './test-name';
import { testRunVariables } from './test-run';

export interface StartedTestRun {
  /** To be set for the processes that run the tests. */
  readonly environment: Readonly<Record<string, string>>;
  /** Drops the run's virtual host and ends what was started for it. */
  stop(): Promise<void>;
}

/** Finds or starts the servers for one run of tests, with a virtual host of its own where we may make one. */
export async function startTestRun(options: InfrastructureOptions = {}): Promise<StartedTestRun> {
  const infrastructure = await startInfrastructure(options);
  const { urls, choices, mongodbIsStandIn } = infrastructure;
  const rabbitmqctl = choices.find(({ service }) => service === 'rabbitmq')?.rabbitmqctl;
  const broker: Broker = { url: urls.rabbitmq, rabbitmqctl };
  const vhost = testName();
  try {
    const [vhostUrl] = await Promise.all([createVhost(broker, vhost), sweepLeftOvers(urls, broker)]);
    return {
      environment: {
        [testRunVariables.postgres]: urls.postgres,
        [testRunVariables.rabbitmq]: vhostUrl ?? urls.rabbitmq,
        [testRunVariables.mongodb]: urls.mongodb,
        [testRunVariables.mongodbIsStandIn]: String(mongodbIsStandIn),
      },
      stop: async () => {
        if (vhostUrl !== undefined) {
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
