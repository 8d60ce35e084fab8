import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { aggregates, streamOfCommand } from '@tidemark/contracts';
import {
  BrokerCommandReceiver,
  BrokerConnection,
  CommandTransport,
  MessageKeys,
  messageRefusals,
  PostgresCommandReceiver,
  type CommandHooks,
  type CommandReceiver,
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

/** How commands arrive. */
const COMMAND_RECEIVER = Symbol('command receiver');

/**
 * The connection to RabbitMQ, which is `null` if neither events nor commands need it, and the transport by which
 * commands of processes arrive.
 */
@Module({})
export class BrokerModule {
  static forRoot(config: CommandServiceConfig): DynamicModule {
    const { broker } = config;
    return {
      module: BrokerModule,
      global: true,
      providers: [
        {
          provide: BrokerConnection,
          useFactory: () =>
            broker.url
              ? new BrokerConnection({
                  url: broker.url,
                  name: 'command-service',
                  logger: scopedLogger('broker'),
                })
              : null,
        },
        { provide: MessageKeys, useFactory: () => new MessageKeys(broker.messageKeys) },
        {
          provide: COMMAND_RECEIVER,
          useFactory: (connection: BrokerConnection) => commandReceiver(config, connection),
          inject: [BrokerConnection],
        },
        transport(config),
        readiness,
      ],
      exports: [BrokerConnection, MessageKeys, CommandTransport],
    };
  }
}

function commandReceiver(
  { broker, store, relay }: CommandServiceConfig,
  connection: BrokerConnection,
): CommandReceiver {
  const options = {
    prefix: broker.prefix,
    streamTypes: Object.keys(aggregates),
    prefetch: broker.commandPrefetch,
    logger: scopedLogger('commands'),
  };
  return broker.commands === 'rabbitmq'
    ? new BrokerCommandReceiver({ ...options, broker: connection })
    : new PostgresCommandReceiver({ ...options, databaseUrl: store.url, leaseMs: relay.leaseMs });
}

function transport({ broker }: CommandServiceConfig): Provider {
  return {
    provide: CommandTransport,
    useFactory: (receiver: CommandReceiver, keys: MessageKeys, metrics: Metrics) =>
      new CommandTransport({
        receiver,
        keys,
        maxAttempts: broker.commandMaxAttempts,
        // Commands for one stream run one after another.
        serialiseBy: streamOfCommand,
        logger: scopedLogger('commands'),
        hooks: commandMetrics(metrics),
      }),
    inject: [COMMAND_RECEIVER, MessageKeys, Metrics],
  };
}

/** Writes are accepted without the broker or the queues: the log keeps what is to be published, and senders wait. */
const readiness: Provider = {
  provide: READINESS_CHECKS,
  useFactory: (
    connection: BrokerConnection | null,
    receiver: CommandReceiver,
    commands: CommandTransport,
  ): ReadinessCheck[] => {
    const checks: ReadinessCheck[] = [];
    if (connection) {
      checks.push({ name: 'broker', neededFor: 'start', check: () => connection.requireConnected() });
    }
    if (receiver instanceof PostgresCommandReceiver) {
      checks.push({ name: 'command-queue', neededFor: 'start', check: () => receiver.requireMigrated() });
    }
    checks.push({ name: 'commands', neededFor: 'nothing', check: () => requireNoFault(commands) });
    return checks;
  },
  inject: [BrokerConnection, COMMAND_RECEIVER, CommandTransport],
};

function commandMetrics(metrics: Metrics): CommandHooks {
  const durationSeconds = metrics.histogram({
    name: 'tidemark_command_duration_seconds',
    help: 'Time from the first attempt at a command of a process to the end of the last',
    labelNames: ['command', 'outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const failures = metrics.counter({
    name: 'tidemark_command_failures_total',
    help: 'Failed attempts at commands of processes',
    labelNames: ['command'],
  });
  return {
    onFinished: (command, outcome, _attempts, durationMs) =>
      durationSeconds.observe({ command, outcome }, durationMs / 1_000),
    onFailed: (command) => failures.inc({ command }),
    onRefused: refusedMessages(metrics, 'command', messageRefusals),
  };
}
