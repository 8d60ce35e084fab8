import type { DeliveredGroup, Delivery, GroupDelivery, PartitionSource } from './delivery';
import { LogSource } from './log-source';
import type { WakeSource } from './wake-source';

export interface LogDeliveryOptions {
  /**
   * Says which partitions have moved, so that only these are read. One serves the whole process. An event that it does
   * not announce is found by the next comparison with the log's heads (`idleCheckMs`).
   */
  readonly wakeSource?: WakeSource;
}

/** The group follows its partitions in the log, page by page from the checkpoint on. There is no broker. */
export class LogDelivery implements Delivery {
  readonly kind = 'log';

  constructor(private readonly options: LogDeliveryOptions = {}) {}

  to(group: DeliveredGroup): GroupDelivery {
    return new FollowedLog(group, this.options);
  }
}

class FollowedLog implements GroupDelivery {
  readonly errorCode = undefined;
  private readonly wakes = new Map<number, () => void>();
  private unsubscribe = () => {};

  constructor(
    private readonly group: DeliveredGroup,
    private readonly options: LogDeliveryOptions,
  ) {}

  errorCodeOf(): undefined {
    return undefined;
  }

  start(): void {
    this.unsubscribe =
      this.options.wakeSource?.subscribe((partition) => this.wakes.get(partition)?.()) ?? (() => {});
  }

  stop(): Promise<void> {
    this.unsubscribe();
    return Promise.resolve();
  }

  open(partition: number, onNews: () => void): PartitionSource {
    const wake = () => {
      source.noticeMore();
      onNews();
    };
    const onClosed = () => {
      // This replica may have lost the lease and own the partition again, with another source.
      if (this.wakes.get(partition) === wake) {
        this.wakes.delete(partition);
      }
    };
    const source = new LogSource({ log: this.group.log, partition, onClosed });
    this.wakes.set(partition, wake);
    return source;
  }
}
