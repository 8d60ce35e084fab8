import type { EventEnvelope } from '@tidemark/kernel';
import type { Channel } from 'amqplib';
import type { BrokerConnection } from '../broker-connection';
import type { GroupStore } from '../group-store';
import type { LogReader } from '../log-reader';
import { declareEventTopology, topologyNames } from '../topology';
import { overrideMethods } from './override-methods.fixture';

/** Shows no more of the log than the group has applied: whatever the queue does not deliver stays unseen. */
export function hideWhatIsNotApplied(log: LogReader, store: GroupStore): LogReader {
  return overrideMethods(log, {
    readPartition: async (partition: number, from: number, limit: number) => {
      const events = await log.readPartition(partition, from, limit);
      const applied = (await store.loadCheckpoint(partition))?.position ?? 0;
      return events.filter(({ position }) => position <= applied);
    },
    heads: async () => {
      const partitions = await store.partitions();
      return new Map(partitions.map(({ partition, checkpoint }) => [partition, checkpoint?.position ?? 0]));
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

/** Applies whatever it is delivered, as it comes, and acknowledges it: a consumer as in most tutorials. */
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
