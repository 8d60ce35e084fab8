import type { BackoffOptions } from '../backoff';
import type { BrokerConnection } from '../broker/broker-connection';
import { ConfirmedPublisher } from '../broker/confirmed-publisher';
import { DeclaredTopology } from '../broker/declared-topology';
import type { OutgoingMessage } from '../broker/message';
import { declareCommandTopology, topologyNames } from '../broker/topology';
import { silentLogger, type Logger } from '../logger';
import type { CommandSender } from './command-sender';

export interface BrokerCommandSenderOptions extends BackoffOptions {
  readonly broker: BrokerConnection;
  readonly prefix?: string;
  /**
   * The stream types of the commands. Their queues are declared before the first command is published, so that the
   * receiver need not be available yet.
   */
  readonly streamTypes: readonly string[];
  /** How long the broker may take to confirm a command. Default 30 s. */
  readonly confirmTimeoutMs?: number;
  readonly logger?: Logger;
}

/**
 * Sends commands to the broker. `send` waits while there is no broker. It also throws TopologyMismatchError, and
 * BrokerUnavailableError after `close`.
 */
export class BrokerCommandSender implements CommandSender {
  readonly exchange: string;
  private readonly publisher: ConfirmedPublisher<string>;
  private readonly topology: DeclaredTopology<string>;

  constructor(private readonly options: BrokerCommandSenderOptions) {
    const { broker, prefix, streamTypes, minBackoffMs, maxBackoffMs, confirmTimeoutMs } = options;
    this.exchange = topologyNames(prefix).commandExchange;
    this.topology = new DeclaredTopology({
      broker,
      minBackoffMs,
      maxBackoffMs,
      logger: options.logger ?? silentLogger,
      parts: streamTypes,
      declare: (streamType, signal) =>
        declareCommandTopology(broker, { prefix, streamTypes: [streamType] }, signal),
    });
    this.publisher = new ConfirmedPublisher({
      broker,
      declare: (signal, streamType) =>
        streamTypes.includes(streamType)
          ? this.topology.declare(streamType, signal)
          : declareCommandTopology(broker, { prefix, streamTypes: [] }, signal),
      confirmTimeoutMs,
    });
  }

  get errorCode(): string | undefined {
    return this.options.broker.errorCode ?? this.topology.errorCode ?? this.publisher.errorCode;
  }

  start(): void {
    this.topology.start();
  }

  send(message: OutgoingMessage, streamType: string): Promise<void> {
    this.start();
    return this.publisher.publish([message], streamType);
  }

  async close(): Promise<void> {
    await Promise.all([this.topology.stop(), this.publisher.close()]);
  }
}
