import type { ConsumeMessage } from 'amqplib';
import type { BackoffOptions } from '../backoff';
import type { BrokerConnection } from '../broker/broker-connection';
import { DeclaredTopology } from '../broker/declared-topology';
import { QueueSubscription } from '../broker/queue-subscription';
import { declareCommandTopology, topologyNames } from '../broker/topology';
import { silentLogger, type Logger } from '../logger';
import type { CommandDelivery, CommandReceiver } from './command-receiver';
import { DeadLetters } from './dead-letters';

export interface BrokerCommandReceiverOptions extends BackoffOptions {
  readonly broker: BrokerConnection;
  readonly prefix?: string;
  /** The queues to consume: `<prefix>.commands.<StreamType>`. */
  readonly streamTypes: readonly string[];
  /** The maximum number of commands of one stream type that are processed at a time. Default 32. */
  readonly prefetch?: number;
  /** How long the broker may take to confirm a dead letter. Default 30 s. */
  readonly confirmTimeoutMs?: number;
  readonly logger?: Logger;
}

/** The broker does not keep what a receiver learns about a command, so each delivery counts from the beginning. */
const nothingEarlier = { attempts: 0, failures: 0, losses: 0 };

/**
 * Receives commands from the broker. Dead letters go to the queue `<prefix>.dead`. The broker itself makes a command a
 * dead letter when 20 channels were lost while they held it.
 */
export class BrokerCommandReceiver implements CommandReceiver {
  readonly exchange: string;
  private readonly subscriptions: QueueSubscription[] = [];
  private readonly deadLetters: DeadLetters;
  private readonly topology: DeclaredTopology<string>;
  private readonly log: Logger;

  constructor(private readonly options: BrokerCommandReceiverOptions) {
    const { broker, prefix, streamTypes, minBackoffMs, maxBackoffMs, confirmTimeoutMs } = options;
    this.log = options.logger ?? silentLogger;
    this.exchange = topologyNames(prefix).commandExchange;
    this.deadLetters = new DeadLetters(broker, prefix, confirmTimeoutMs);
    this.topology = new DeclaredTopology({
      broker,
      minBackoffMs,
      maxBackoffMs,
      logger: this.log,
      parts: streamTypes,
      declare: (streamType, signal) =>
        declareCommandTopology(broker, { prefix, streamTypes: [streamType] }, signal),
    });
  }

  get errorCode(): string | undefined {
    const notConsumed = this.subscriptions
      .map(({ errorCode }) => errorCode)
      .find((code) => code !== undefined);
    return (
      this.options.broker.errorCode ?? this.topology.errorCode ?? notConsumed ?? this.deadLetters.errorCode
    );
  }

  get native(): BrokerConnection {
    return this.options.broker;
  }

  start(onDelivery: (delivery: CommandDelivery) => void, stopping: AbortSignal): void {
    const { broker, prefix, streamTypes, prefetch = 32, minBackoffMs, maxBackoffMs } = this.options;
    for (const streamType of streamTypes) {
      const subscription = new QueueSubscription({
        broker,
        prefetch,
        minBackoffMs,
        maxBackoffMs,
        logger: this.log,
        queue: topologyNames(prefix).commandQueue(streamType),
        declare: (signal) => this.topology.declare(streamType, signal),
        onDelivery: (message) => {
          if (!stopping.aborted) {
            onDelivery(this.delivery(message, subscription));
          }
        },
        onReset: () => {},
      });
      this.subscriptions.push(subscription);
      subscription.start();
    }
  }

  /** Closes the channels, which returns what they hold to the queues. */
  async close(): Promise<void> {
    await Promise.all(this.subscriptions.splice(0).map((subscription) => subscription.close()));
    await this.deadLetters.close();
  }

  private delivery(message: ConsumeMessage, subscription: QueueSubscription): CommandDelivery {
    const ack = () => subscription.ack([message]);
    return {
      message,
      earlier: nothingEarlier,
      ack,
      noteFailure: () => {},
      bury: async (reason, attempts) => {
        await this.deadLetters.bury(message, reason, attempts);
        ack();
      },
    };
  }
}
