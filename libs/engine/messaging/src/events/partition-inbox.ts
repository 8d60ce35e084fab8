import type { EventEnvelope } from '@tidemark/kernel';
import type { ConsumeMessage } from 'amqplib';
import type { BrokerConnection } from '../broker/broker-connection';
import type { DeclaredTopology } from '../broker/declared-topology';
import { QueueSubscription } from '../broker/queue-subscription';
import { topologyNames } from '../broker/topology';
import type { Checkpoint } from '../checkpoint';
import type { Logger } from '../logger';
import type { MessageKeys } from '../signing/message-keys';
import type { RefusedMessages } from '../signing/refused-messages';
import { verifyMessage } from '../signing/verify-message';
import { parseEventMessage } from './event-message';
import { nextStep } from './next-step';

export interface PartitionInboxOptions {
  readonly broker: BrokerConnection;
  readonly keys: MessageKeys;
  readonly refused: RefusedMessages;
  readonly topology: DeclaredTopology<number>;
  readonly prefix?: string;
  readonly group: string;
  readonly partition: number;
  readonly prefetch?: number;
  /** Called when a message arrives that the relay has signed. */
  readonly onDelivery: () => void;
  readonly logger: Logger;
}

interface Received {
  readonly position: number;
  readonly event: EventEnvelope;
  readonly message: ConsumeMessage;
}

const DEFAULT_PREFETCH = 256;

/** The delivered and unacknowledged messages of one partition's queue. */
export class PartitionInbox {
  private readonly subscription: QueueSubscription;
  private readonly exchange: string;
  private received: Received[] = [];
  private trusted = false;
  private isOpen = false;

  constructor(private readonly options: PartitionInboxOptions) {
    const { broker, topology, prefix, group, partition, logger, prefetch = DEFAULT_PREFETCH } = options;
    const names = topologyNames(prefix);
    this.exchange = names.eventExchange;
    this.subscription = new QueueSubscription({
      broker,
      prefetch,
      logger,
      queue: names.eventQueue(group, partition),
      declare: (signal) => topology.declare(partition, signal),
      onDelivery: (message) => this.receive(message),
      onReset: () => {
        this.received = [];
        this.trusted = false;
      },
    });
  }

  /** Why the queue does not deliver at the moment; absent if it delivers, or before it is opened. */
  get errorCode(): string | undefined {
    return this.isOpen ? this.subscription.errorCode : undefined;
  }

  get isEmpty(): boolean {
    return this.received.length === 0;
  }

  /** Whether the log was seen to agree with this queue since the channel was opened. */
  get isTrusted(): boolean {
    return this.trusted;
  }

  /**
   * Records that the log agrees with these events. So the queue is trusted, unless the channel that delivered them is
   * gone.
   */
  trust([first]: readonly EventEnvelope[]): void {
    this.trusted = this.received.some(({ event }) => event === first);
  }

  /** Begins to consume in the background. Only the first call has an effect. */
  open(): void {
    this.isOpen = true;
    this.subscription.start();
  }

  /** Closes the channel, which returns the unacknowledged messages to the queue in order. */
  close(): Promise<void> {
    return this.subscription.close();
  }

  /** The events to apply next if everything up to `last` has been applied; see `nextStep`. Duplicates are dropped. */
  next(
    last: number,
    maxBatch: number,
  ): { readonly apply: readonly EventEnvelope[]; readonly missingUpTo?: number } {
    const { duplicates, apply, waiting, missingUpTo } = nextStep(last, this.received, maxBatch);
    this.received = [...apply, ...waiting];
    this.acknowledge(duplicates);
    return { apply: apply.map(({ event }) => event), ...(missingUpTo !== undefined && { missingUpTo }) };
  }

  /**
   * Whether a different event was delivered at the checkpoint's position. One of the two events then belongs to another
   * log.
   */
  contradicts({ position, eventId }: Checkpoint): boolean {
    return this.received.some(
      (received) => received.position === position && received.event.eventId !== eventId,
    );
  }

  acknowledgeUpTo(position: number): void {
    this.acknowledge(this.received.filter((received) => received.position <= position));
    this.received = this.received.filter((received) => received.position > position);
  }

  /** Acknowledges and forgets the events after `position`, and returns their number. */
  dropBeyond(position: number): number {
    const beyond = this.received.filter((received) => received.position > position);
    this.received = this.received.filter((received) => received.position <= position);
    this.acknowledge(beyond);
    return beyond.length;
  }

  private receive(message: ConsumeMessage): void {
    const { partition, keys, refused, logger, onDelivery } = this.options;
    const verdict = verifyMessage(message, { keys, kind: 'event', exchange: this.exchange });
    if ('refused' in verdict) {
      // Treats the message as if it had never arrived. It does not count as a delivery, because that would delay the
      // comparison with the log.
      refused.add(verdict.refused, message);
      this.subscription.ack([message]);
      return;
    }
    try {
      const event = parseEventMessage(message.content, partition);
      this.received.push({ position: event.position, event, message });
    } catch (error) {
      const messageId: unknown = message.properties.messageId;
      logger.error(
        { err: error, partition, messageId },
        'dropped a message that is not an event; if it was one, it is read from the log instead',
      );
      this.subscription.ack([message]);
    }
    onDelivery();
  }

  private acknowledge(received: readonly Received[]): void {
    this.subscription.ack(received.map(({ message }) => message));
  }
}
