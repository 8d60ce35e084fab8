import {
  BrokerConnection,
  BrokerDelivery,
  LogDelivery,
  MessageKeys,
  PostgresWakeSource,
  scopedLogger,
  type Delivery,
} from '@tidemark/messaging';
import type { ReadinessCheck } from '@tidemark/platform';
import type { ProjectionServiceConfig } from '../config';

/** How events reach the consumers, and the connection that this takes. */
export class EventDelivery {
  private constructor(
    readonly delivery: Delivery,
    readonly checks: readonly ReadinessCheck[],
    readonly start: () => void,
    readonly close: () => Promise<void>,
  ) {}

  static of({ delivery, eventLog, consumer }: ProjectionServiceConfig): EventDelivery {
    if (delivery.kind === 'log') {
      const wakeSource = new PostgresWakeSource({
        databaseUrl: eventLog.url,
        logger: scopedLogger(LogDelivery.name),
      });
      // Begins to listen with its first subscriber. Without it, consumers poll.
      return new EventDelivery(
        new LogDelivery({ wakeSource }),
        [],
        () => {},
        () => wakeSource.close(),
      );
    }
    const { url, messageKeys, prefix } = delivery;
    const broker = new BrokerConnection({
      url,
      name: 'projection-service',
      logger: scopedLogger(BrokerConnection.name),
    });
    const keys = new MessageKeys(messageKeys);
    return new EventDelivery(
      new BrokerDelivery({ broker, keys, prefix, prefetch: consumer.prefetch }),
      [{ name: 'broker', check: () => broker.requireConnected() }],
      () => broker.start(),
      () => broker.close(),
    );
  }
}
