import type { EventEnvelope } from '@tidemark/kernel';
import type { Channel } from 'amqplib';
import type { BrokerConnection } from '../broker/broker-connection';
import { declareEventTopology, topologyNames } from '../broker/topology';
import type { LogReader } from '../events/log-reader';
import type { GroupStore } from '../leases/group-store';
import { overrideMethods } from './override-methods.fixture';
import { tapBroker } from './tapped-broker.fixture';

/**
 * Shows only the events of the log that the group has applied or received, so an event that the queue leaves out stays
 * unseen.
 */
export function hideWhatIsNotDelivered(
  log: LogReader,
  store: GroupStore,
  broker: BrokerConnection,
): LogReader {
  const delivered = new Set<string>();
  const heads = new Map<number, number>();
  tapBroker(broker, {
    deliver: (_channel, deliver) => (message) => {
      if (message) {
        const event = JSON.parse(message.content.toString()) as EventEnvelope;
        delivered.add(event.eventId);
        heads.set(event.partition, Math.max(heads.get(event.partition) ?? 0, event.position));
      }
      deliver(message);
    },
  });
  return overrideMethods(log, {
    readPartition: async (partition: number, from: number, limit: number) => {
      const events = await log.readPartition(partition, from, limit);
      const applied = (await store.loadCheckpoint(partition))?.position ?? 0;
      const hidden = events.findIndex(
        ({ position, eventId }) => position > applied && !delivered.has(eventId),
      );
      return hidden < 0 ? events : events.slice(0, hidden);
    },
    heads: async () => {
      const partitions = await store.partitions();
      return new Map(
        partitions.map(({ partition, checkpoint }) => [
          partition,
          Math.max(checkpoint?.position ?? 0, heads.get(partition) ?? 0),
        ]),
      );
    },
  });
}

/** Every owner begins at position 1. */
export function forgetCheckpoints(store: GroupStore): GroupStore {
  return overrideMethods(store, { loadCheckpoint: () => Promise.resolve({ position: 0 }) });
}

export interface CredulousConsumerOptions {
  readonly broker: BrokerConnection;
  readonly prefix: string;
  readonly group: string;
  readonly partitions: number;
  readonly apply: (event: EventEnvelope) => Promise<void>;
}

/** A consumer as in most tutorials: it applies each delivery in the order of arrival, and acknowledges it. */
export class CredulousConsumer {
  private channel: Channel | undefined;
  private applying = Promise.resolve();

  constructor(private readonly options: CredulousConsumerOptions) {}

  start(): void {
    void this.consume();
  }

  async stop(): Promise<void> {
    await this.channel?.close();
    await this.applying;
  }

  private async consume(): Promise<void> {
    const { broker, prefix, group, apply } = this.options;
    const partitions = Array.from({ length: this.options.partitions }, (_, partition) => partition);
    await declareEventTopology(broker, { prefix, groups: [group], partitions });
    const channel = await broker.openChannel('plain');
    this.channel = channel;
    await channel.prefetch(100);
    for (const partition of partitions) {
      await channel.consume(topologyNames(prefix).eventQueue(group, partition), (message) => {
        if (message) {
          const event = JSON.parse(message.content.toString()) as EventEnvelope;
          this.applying = this.applying.then(() => apply(event)).then(() => channel.ack(message));
        }
      });
    }
  }
}
