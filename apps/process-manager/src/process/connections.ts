import type { Provider } from '@nestjs/common';
import {
  BrokerConnection,
  CommandPublisher,
  MessageKeys,
  type CommandSender,
  scopedLogger,
} from '@tidemark/messaging';
import { createPool } from '@tidemark/postgres';
import type { ProcessManagerConfig } from '../config';
import { COMMAND_SENDER, commandSender } from './command-sender';
import { EventDelivery } from './event-delivery';

/** The connections to the schema `process_manager`. */
export const PROCESS_POOL = Symbol('process manager pool');

/** The connections to the database, the broker and the queues of commands. Without a broker, the first is `null`. */
export function connections(config: ProcessManagerConfig): Provider[] {
  const { store, broker } = config;
  return [
    {
      provide: PROCESS_POOL,
      useFactory: () => {
        const logger = scopedLogger('process-store');
        return createPool({
          url: store.url,
          maxConnections: store.maxConnections,
          statementTimeoutMs: store.statementTimeoutMs,
          applicationName: 'process-manager',
          onIdleError: (err) =>
            logger.warn({ err }, 'lost an idle database connection; the pool opens another when needed'),
        });
      },
    },
    {
      provide: BrokerConnection,
      useFactory: () =>
        broker.url
          ? new BrokerConnection({
              url: broker.url,
              name: 'process-manager',
              logger: scopedLogger('broker'),
            })
          : null,
    },
    { provide: MessageKeys, useFactory: () => new MessageKeys(broker.messageKeys) },
    {
      provide: EventDelivery,
      useFactory: (connection: BrokerConnection | null, keys: MessageKeys) =>
        EventDelivery.of(config, connection, keys),
      inject: [BrokerConnection, MessageKeys],
    },
    {
      provide: CommandPublisher,
      useFactory: (sender: CommandSender, keys: MessageKeys) => new CommandPublisher({ sender, keys }),
      inject: [COMMAND_SENDER, MessageKeys],
    },
    {
      provide: COMMAND_SENDER,
      useFactory: (connection: BrokerConnection) => commandSender(config, connection),
      inject: [BrokerConnection],
    },
  ];
}
