import { BrokerUnavailableError } from '../errors';
import { RecentFailures } from '../recent-failures';
import type { BrokerConnection } from './broker-connection';
import { ConfirmingChannel } from './confirming-channel';
import type { OutgoingMessage } from './message';

export interface ConfirmedPublisherOptions<Target> {
  readonly broker: BrokerConnection;
  /** Declares the queues of a target before its first message. A failure affects this target only. */
  readonly declare: (signal: AbortSignal, target: Target) => Promise<void>;
  /** How long the broker may take to confirm. Default 30 s. */
  readonly confirmTimeoutMs?: number;
}

/**
 * Publishes on a confirm channel of its own, persistent and mandatory. Any number of publications may be in flight. A
 * publication that the broker refuses, returns or does not confirm fails alone. A target is declared before its first
 * message, and again after its channel was lost or one of its messages failed. That also restores a queue that an
 * operator deleted.
 */
export class ConfirmedPublisher<Target = void> {
  private readonly closing = new AbortController();
  private readonly declared = new Map<Target, Promise<void>>();
  private readonly failures = new RecentFailures<Target>();
  private opening: Promise<ConfirmingChannel> | undefined;

  constructor(private readonly options: ConfirmedPublisherOptions<Target>) {}

  /**
   * Why the last publication to a target failed, for readiness; absent if the last publication to each target was
   * confirmed. A failure counts for two minutes. After that, it is outdated even without a later publication.
   */
  get errorCode(): string | undefined {
    return this.failures.errorCode;
  }

  /**
   * Resolves when the broker has confirmed every message and returned none. Each message is then safe in at least one
   * queue. When it throws, any of the messages may have been published.
   *
   * @throws UnroutableMessageError, NotConfirmedError, TopologyMismatchError; BrokerUnavailableError after `close`
   */
  async publish(messages: readonly OutgoingMessage[], target: Target): Promise<void> {
    const declaring = this.declareOnce(target);
    try {
      await declaring;
      const channel = await this.open();
      await channel.publish(messages, this.options.confirmTimeoutMs ?? 30_000);
      this.failures.clear(target);
    } catch (error) {
      if (this.declared.get(target) === declaring) {
        this.declared.delete(target);
      }
      this.failures.add(target, error);
      throw error;
    }
  }

  /** Closes the channel. Publications in flight fail. */
  async close(): Promise<void> {
    this.closing.abort();
    const channel = await this.opening?.catch(() => undefined);
    await channel?.close();
  }

  private declareOnce(target: Target): Promise<void> {
    const { signal } = this.closing;
    if (signal.aborted) {
      throw new BrokerUnavailableError('the publisher was closed');
    }
    let declaring = this.declared.get(target);
    if (!declaring) {
      declaring = this.options.declare(signal, target);
      this.declared.set(target, declaring);
    }
    return declaring;
  }

  private open(): Promise<ConfirmingChannel> {
    if (!this.opening) {
      const forget = () => {
        if (this.opening === opening) {
          this.opening = undefined;
        }
      };
      const opening = this.openChannel(forget);
      this.opening = opening;
      opening.catch(forget);
    }
    return this.opening;
  }

  private async openChannel(forget: () => void): Promise<ConfirmingChannel> {
    const channel = await this.options.broker.openChannel('confirm', this.closing.signal);
    // After a lost connection the broker may have lost its queues as well.
    channel.once('close', () => this.declared.clear());
    return new ConfirmingChannel(channel, forget);
  }
}
