import type { BrokerConnection } from '../broker/broker-connection';
import { declaredEventTopology, type DeclaredTopology } from '../broker/declared-topology';
import type { MessageKeys } from '../signing/message-keys';
import { RefusedMessages } from '../signing/refused-messages';
import type { DeliveredGroup, Delivery, GroupDelivery, PartitionSource } from './delivery';
import { QueueSource } from './queue-source';

export interface BrokerDeliveryOptions {
  readonly broker: BrokerConnection;
  /** Messages count as events only when a key of the owner `relay` signed them. */
  readonly keys: MessageKeys;
  /** The group's queues are `<prefix>.events.<group>.<partition>`. Default `tidemark`. */
  readonly prefix?: string;
  /** Unacknowledged messages per partition. Default 256. */
  readonly prefetch?: number;
}

/** The group consumes its queues on RabbitMQ, which the relay fills. The log fills what they leave out. */
export class BrokerDelivery implements Delivery {
  readonly kind = 'rabbitmq';

  constructor(private readonly options: BrokerDeliveryOptions) {}

  to(group: DeliveredGroup): GroupDelivery {
    return new ConsumedQueues(group, this.options);
  }
}

class ConsumedQueues implements GroupDelivery {
  private readonly topology: DeclaredTopology<number>;
  private readonly refused: RefusedMessages;

  constructor(
    private readonly group: DeliveredGroup,
    private readonly options: BrokerDeliveryOptions,
  ) {
    const { logger, hooks } = group;
    this.topology = declaredEventTopology({ ...group, ...options, groups: [group.group] });
    this.refused = new RefusedMessages({
      kind: 'event',
      logger,
      onRefused: (reason) => hooks?.onRefused?.(reason),
    });
  }

  get errorCode(): string | undefined {
    return this.options.broker.errorCode ?? this.topology.errorCode;
  }

  errorCodeOf(partition: number): string | undefined {
    return this.topology.errorCodeOf(partition);
  }

  start(): void {
    this.topology.start();
  }

  stop(): Promise<void> {
    return this.topology.stop();
  }

  open(partition: number, onNews: () => void): PartitionSource {
    const { topology, refused } = this;
    return new QueueSource({ ...this.group, ...this.options, topology, refused, partition, onNews });
  }
}
