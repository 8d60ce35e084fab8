import type { Provider } from '@nestjs/common';
import { aggregates } from '@tidemark/contracts';
import { BrokerConnection, CommandPublisher, MessageKeys, scopedLogger } from '@tidemark/messaging';
import { createPool } from '@tidemark/postgres';
import type { ProcessManagerConfig } from '../config';
import { EventDelivery } from './event-delivery';

/** The connections to the schema `process_manager`. */
export const PROCESS_POOL = Symbol('process manager pool');

/** The connections to the database and the broker, and the codecs of the messages. */
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
        new BrokerConnection({ url: broker.url, name: 'process-manager', logger: scopedLogger('broker') }),
    },
    { provide: MessageKeys, useFactory: () => new MessageKeys(broker.messageKeys) },
    {
      provide: EventDelivery,
      useFactory: (connection: BrokerConnection, keys: MessageKeys) =>
        EventDelivery.of(config, connection, keys),
      inject: [BrokerConnection, MessageKeys],
    },
    {
      provide: CommandPublisher,
      useFactory: (connection: BrokerConnection, keys: MessageKeys) =>
        new CommandPublisher({
          broker: connection,
          keys,
          prefix: broker.prefix,
          streamTypes: Object.keys(aggregates),
          logger: scopedLogger(CommandPublisher.name),
        }),
      inject: [BrokerConnection, MessageKeys],
    },
  ];
}
