import { ConfigurableModuleBuilder, Module } from '@nestjs/common';
import type { EventLog } from '@tidemark/event-store';
import { EVENT_LOG } from '@tidemark/event-store/nestjs';
import { BrokerConnection, MessageKeys, RelayGroup } from '@tidemark/messaging';
import { DELIVERY_OPTIONS, type DeliveryModuleOptions } from '../delivery/delivery.module';
import { Opened } from '../opened';
import { OpenedModule } from '../opened.module';
import type { HealthCheck } from '../part';
import { RelayPart, type RelayOptions } from './relay-part';

export type RelayModuleOptions = RelayOptions;

/** The token of the relay's health checks; there are none without a relay. */
export const RELAY_CHECKS = Symbol('checks of the relay');

const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<RelayModuleOptions>()
  .setClassMethodName('forRoot')
  .setExtras({}, (module) => ({ ...module, global: true }))
  .build();

/**
 * Publishes the log to the broker, for a deployment that is made of single parts. It provides a `RelayGroup` and
 * its `RelayPart`, which are `null` if consumers follow the log. Needs the `LogModule` and the `DeliveryModule`.
 */
@Module({
  imports: [OpenedModule],
  providers: [
    {
      provide: RelayPart,
      useFactory: (
        options: RelayModuleOptions,
        { databaseUrl, events, prefix }: DeliveryModuleOptions,
        log: EventLog,
        broker: BrokerConnection,
        keys: MessageKeys,
        opened: Opened,
      ) => {
        if (events !== 'rabbitmq') {
          return null;
        }
        const common = { ...options, databaseUrl, log, broker, keys };
        return opened.addPart(new RelayPart({ ...common, ...(prefix !== undefined && { prefix }) }));
      },
      inject: [MODULE_OPTIONS_TOKEN, DELIVERY_OPTIONS, EVENT_LOG, BrokerConnection, MessageKeys, Opened],
    },
    {
      provide: RelayGroup,
      useFactory: (part: RelayPart | null) => part?.relay ?? null,
      inject: [RelayPart],
    },
    {
      provide: RELAY_CHECKS,
      useFactory: (part: RelayPart | null): readonly HealthCheck[] => part?.checks ?? [],
      inject: [RelayPart],
    },
  ],
  exports: [RelayPart, RelayGroup, RELAY_CHECKS],
})
export class RelayModule extends ConfigurableModuleClass {}
