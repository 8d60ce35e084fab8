import type { EventEnvelope } from '@tidemark/kernel';
import type { LogReader } from '../events/log-reader';
import { overrideMethods } from './override-methods.fixture';
import type { Publish } from './tapped-broker.fixture';

interface Window {
  readonly size: number;
  handedOver: number;
  confirmed: number;
}

/**
 * Follows the windows of a relay. Their events are read from the log, handed to the channel one by one, and confirmed
 * one by one.
 */
export class PublishedWindows {
  private readonly windows = new Map<number, Window>();

  /** Called for the first event of a window; does nothing by default. */
  onFirst: () => void = () => {};
  onLast: () => void = () => {};
  onAllConfirmed: () => void = () => {};

  observe(log: LogReader): LogReader {
    return overrideMethods(log, {
      readPartition: async (partition, from, limit): Promise<readonly EventEnvelope[]> => {
        const events = await log.readPartition(partition, from, limit);
        this.windows.set(partition, { size: events.length, handedOver: 0, confirmed: 0 });
        return events;
      },
    });
  }

  readonly publish =
    (publish: Publish): Publish =>
    (exchange, routingKey, content, options, confirm) => {
      const window = this.windows.get(Number(options?.headers?.['partition']))!;
      window.handedOver += 1;
      if (window.handedOver === 1) {
        this.onFirst();
      }
      const result = publish(exchange, routingKey, content, options, (error, ok) => {
        window.confirmed += 1;
        if (window.confirmed === window.size) {
          this.onAllConfirmed();
        }
        confirm?.(error, ok);
      });
      if (window.handedOver === window.size) {
        this.onLast();
      }
      return result;
    };
}
