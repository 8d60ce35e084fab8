import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import { EventStore } from '@tidemark/event-store';
import type { LiveValue } from '@tidemark/kernel';
import { BrokerConnection, MessageKeys, type DeliveryKind, type MessageKey } from '@tidemark/messaging';
import { OpenBroker } from './open-broker';
import { brokerCommands } from './broker-commands';
import type { CommandWay } from './command-way';
import { postgresCommands } from './postgres-commands';
import { Opened } from '../opened';
import { OpenedModule } from '../opened.module';
import type { HealthCheck } from '../part';
import { brokerDelivery, logDelivery, type OpenDelivery } from './open-delivery';

export interface DeliveryModuleOptions {
  /** The name that the broker's own tools show. */
  readonly applicationName: string;
  /** The database of the log, whose notifications consumers follow, and that of the queues of commands. */
  readonly databaseUrl: string | LiveValue<string>;
  /** How events travel. Without it, or with `log`, consumers follow the log. */
  readonly events?: DeliveryKind;
  /** How commands travel; by `postgres` by default. */
  readonly commands?: 'postgres' | 'rabbitmq';
  /** `amqp://` or `amqps://`. Needed if events or commands travel by RabbitMQ, and left alone otherwise. */
  readonly brokerUrl?: string | LiveValue<string> | undefined;
  /** The keys that sign and verify messages. Needed for commands, and for events that travel by RabbitMQ. */
  readonly messageKeys?: LiveValue<readonly MessageKey[]>;
  /** The prefix of all names on the broker; `tidemark` by default. */
  readonly prefix?: string;
  /** The maximum number of unacknowledged events for each partition; see `BrokerDelivery`. */
  readonly prefetch?: number;
}

/** The token of the `OpenDelivery`. */
export const EVENT_DELIVERY = Symbol('event delivery');

/** The token of the `CommandWay`. */
export const COMMAND_WAY = Symbol('command way');

/** The token of the health checks of the broker; there are none without it. */
export const DELIVERY_CHECKS = Symbol('checks of delivery');

/** The token of the `DeliveryModuleOptions`. */
export const DELIVERY_OPTIONS = Symbol('delivery options');

const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<DeliveryModuleOptions>({
  optionsInjectionToken: DELIVERY_OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras({}, (module) => ({ ...module, global: true }))
  .build();

/**
 * How events and commands travel, for a deployment that is made of single parts. It provides `MessageKeys`, and a
 * `BrokerConnection` that is `null` if nothing travels by RabbitMQ. Needs the `LogModule`.
 */
@Module({
  imports: [OpenedModule],
  providers: [
    {
      provide: OpenBroker,
      useFactory: (options: DeliveryModuleOptions, opened: Opened) => {
        const { events, commands, brokerUrl: url, applicationName: name } = options;
        if (events !== 'rabbitmq' && commands !== 'rabbitmq') {
          return null;
        }
        if (url === undefined) {
          throw new TypeError('events or commands travel by RabbitMQ: give the DeliveryModule a brokerUrl');
        }
        return opened.addPart(new OpenBroker({ url, name }));
      },
      inject: [DELIVERY_OPTIONS, Opened],
    },
    {
      provide: BrokerConnection,
      useFactory: (broker: OpenBroker | null) => broker?.connection ?? null,
      inject: [OpenBroker],
    },
    {
      provide: DELIVERY_CHECKS,
      useFactory: (broker: OpenBroker | null): readonly HealthCheck[] => broker?.checks ?? [],
      inject: [OpenBroker],
    },
    {
      provide: MessageKeys,
      useFactory: ({ messageKeys }: DeliveryModuleOptions) =>
        messageKeys ? new MessageKeys(messageKeys) : null,
      inject: [DELIVERY_OPTIONS],
    },
    {
      provide: EVENT_DELIVERY,
      useFactory: (
        { databaseUrl, events, prefix, prefetch }: DeliveryModuleOptions,
        broker: BrokerConnection,
        keys: MessageKeys,
        log: EventStore,
        opened: Opened,
      ): OpenDelivery =>
        opened.add(
          events === 'rabbitmq'
            ? brokerDelivery({
                broker,
                keys,
                ...(prefix !== undefined && { prefix }),
                ...(prefetch !== undefined && { prefetch }),
              })
            : logDelivery(databaseUrl, log),
        ),
      inject: [DELIVERY_OPTIONS, BrokerConnection, MessageKeys, EventStore, Opened],
    },
    {
      provide: COMMAND_WAY,
      useFactory: (
        { databaseUrl, commands, prefix }: DeliveryModuleOptions,
        broker: BrokerConnection,
        keys: MessageKeys,
      ): CommandWay => {
        const common = { keys, ...(prefix !== undefined && { prefix }) };
        return commands === 'rabbitmq'
          ? brokerCommands({ ...common, broker })
          : postgresCommands({ ...common, databaseUrl });
      },
      inject: [DELIVERY_OPTIONS, BrokerConnection, MessageKeys],
    },
  ],
  exports: [DELIVERY_OPTIONS, DELIVERY_CHECKS, BrokerConnection, MessageKeys, EVENT_DELIVERY, COMMAND_WAY],
})
export class DeliveryModule extends ConfigurableModuleClass {}
