import {
  BrokerDelivery,
  LogDelivery,
  PostgresWakeSource,
  scopedLogger,
  type BrokerConnection,
  type Delivery,
  type MessageKeys,
} from '@tidemark/messaging';
import type { ProcessManagerConfig } from '../config';

/** How events reach the consumers, and the connections that this takes besides the broker's. */
export class EventDelivery {
  private constructor(
    readonly delivery: Delivery,
    readonly close: () => Promise<void>,
  ) {}

  static of(
    { broker: { delivery, prefix }, eventLog, consumer: { prefetch } }: ProcessManagerConfig,
    broker: BrokerConnection | null,
    keys: MessageKeys,
  ): EventDelivery {
    if (delivery === 'rabbitmq' && broker) {
      return new EventDelivery(new BrokerDelivery({ broker, keys, prefix, prefetch }), () =>
        Promise.resolve(),
      );
    }
    const wakeSource = new PostgresWakeSource({
      databaseUrl: eventLog.url,
      logger: scopedLogger(LogDelivery.name),
    });
    return new EventDelivery(new LogDelivery({ wakeSource }), () => wakeSource.close());
  }
}
