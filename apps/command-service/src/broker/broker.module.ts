import { Logger, Module, type DynamicModule } from '@nestjs/common';
import { aggregates, streamOfCommand } from '@tidemark/contracts';
import {
  BrokerConnection,
  CommandTransport,
  MessageKeys,
  messageRefusals,
  type CommandHooks,
  scopedLogger,
} from '@tidemark/messaging';
import {
  Metrics,
  READINESS_CHECKS,
  refusedMessages,
  requireNoFault,
  type ReadinessCheck,
} from '@tidemark/platform';
import type { CommandServiceConfig } from '../config';

/** The connection to RabbitMQ, and the transport by which commands arrive. Both are `null` without an `AMQP_URL`. */
@Module({})
export class BrokerModule {
  static forRoot({ broker: config }: CommandServiceConfig): DynamicModule {
    if (!config) {
      new Logger('broker').warn(
        'there is no AMQP_URL: consumers follow the log, and no command of a process arrives here',
      );
      return withoutBroker;
    }
    return {
      module: BrokerModule,
      global: true,
      providers: [
        {
          provide: BrokerConnection,
          useFactory: () =>
            new BrokerConnection({
              url: config.url,
              name: 'command-service',
              logger: scopedLogger('broker'),
            }),
        },
        { provide: MessageKeys, useFactory: () => new MessageKeys(config.messageKeys) },
        {
          provide: CommandTransport,
          useFactory: (broker: BrokerConnection, keys: MessageKeys, metrics: Metrics) =>
            new CommandTransport({
              broker,
              keys,
              prefix: config.prefix,
              streamTypes: Object.keys(aggregates),
              prefetch: config.commandPrefetch,
              maxAttempts: config.commandMaxAttempts,
              // Commands for one stream run one after another.
              serialiseBy: streamOfCommand,
              logger: scopedLogger('commands'),
              hooks: commandMetrics(metrics),
            }),
          inject: [BrokerConnection, MessageKeys, Metrics],
        },
        {
          provide: READINESS_CHECKS,
          useFactory: (broker: BrokerConnection, transport: CommandTransport): ReadinessCheck[] => [
            // Writes are accepted without the broker, because the log keeps what is to be published.
            { name: 'broker', neededFor: 'start', check: () => broker.requireConnected() },
            { name: 'commands', neededFor: 'nothing', check: () => requireNoFault(transport) },
          ],
          inject: [BrokerConnection, CommandTransport],
        },
      ],
      exports: [BrokerConnection, MessageKeys, CommandTransport],
    };
  }
}

/** Meanwhile, no command arrives and nothing is relayed. */
const withoutBroker: DynamicModule = {
  module: BrokerModule,
  global: true,
  providers: [
    { provide: BrokerConnection, useValue: null },
    { provide: CommandTransport, useValue: null },
  ],
  exports: [BrokerConnection, CommandTransport],
};

function commandMetrics(metrics: Metrics): CommandHooks {
  const durationSeconds = metrics.histogram({
    name: 'tidemark_command_duration_seconds',
    help: 'Time from the first attempt at a command from the broker to the end of the last',
    labelNames: ['command', 'outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const failures = metrics.counter({
    name: 'tidemark_command_failures_total',
    help: 'Failed attempts at commands from the broker',
    labelNames: ['command'],
  });
  return {
    onFinished: (command, outcome, _attempts, durationMs) =>
      durationSeconds.observe({ command, outcome }, durationMs / 1_000),
    onFailed: (command) => failures.inc({ command }),
    onRefused: refusedMessages(metrics, 'command', messageRefusals),
  };
}
