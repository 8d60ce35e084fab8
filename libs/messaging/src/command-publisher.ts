import type { BrokerConnection } from './broker-connection';
import type { CommandEnvelope } from './command-envelope';
import { commandMessage } from './command-message';
import { ConfirmedPublisher } from './confirmed-publisher';
import { declareCommandTopology, topologyNames } from './topology';

export interface CommandPublisherOptions {
  readonly broker: BrokerConnection;
  readonly prefix?: string;
  /** Whose queues are declared before anything is published, so that the receiver need not be there yet. */
  readonly streamTypes: readonly string[];
  /** Commands on the way at a time; more wait. Default 200. */
  readonly maxInFlight?: number;
  /** Default 30 s. */
  readonly confirmTimeoutMs?: number;
}

/** Sends commands. Each is safe in its queue when `publish` resolves. */
export class CommandPublisher {
  private readonly publisher: ConfirmedPublisher;
  private readonly exchange: string;
  private readonly inFlight = new Map<string, Promise<void>>();
  private readonly waiting: (() => void)[] = [];
  private free: number;

  constructor({ broker, prefix, streamTypes, maxInFlight = 200, confirmTimeoutMs }: CommandPublisherOptions) {
    this.exchange = topologyNames(prefix).commandExchange;
    this.free = maxInFlight;
    this.publisher = new ConfirmedPublisher({
      broker,
      declare: (signal) => declareCommandTopology(broker, { prefix, streamTypes }, signal),
      confirmTimeoutMs,
    });
  }

  /**
   * Resolves once the broker has confirmed the command and did not return it. After a failure it may have been sent all
   * the same: sending it again is safe, since the receiver knows it by its `commandId`. Waits while there is no broker.
   *
   * @throws UnroutableMessageError, NotConfirmedError, TopologyMismatchError; BrokerUnavailableError after `close`
   */
  publish(command: CommandEnvelope): Promise<void> {
    const already = this.inFlight.get(command.commandId);
    if (already) {
      return already;
    }
    const sending = this.send(command).finally(() => this.inFlight.delete(command.commandId));
    this.inFlight.set(command.commandId, sending);
    return sending;
  }

  /** What is on the way fails with a retryable fault. */
  close(): Promise<void> {
    return this.publisher.close();
  }

  private async send(command: CommandEnvelope): Promise<void> {
    if (this.free === 0) {
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.free -= 1;
    }
    try {
      await this.publisher.publish([commandMessage(this.exchange, command)]);
    } finally {
      const next = this.waiting.shift();
      if (next) {
        next();
      } else {
        this.free += 1;
      }
    }
  }
}
