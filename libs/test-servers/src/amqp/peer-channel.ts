import type { BrokerMessage, BrokerQueues, QueueConsumer } from './broker-queues';
import { contentFrames, methodFrame, type Frame } from './driver-codec';

/** A method that a client sent, with its message if it has one. */
export interface ClientMethod {
  /** As the driver spells it, such as `QueueDeclare`. */
  readonly name: string;
  readonly channel: number;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Present only for a `BasicPublish`. */
  readonly message?: BrokerMessage;
  /** Present only for a `BasicPublish` on a confirm channel. The channel's first publication has 1. */
  readonly publishTag?: number;
}

/** The session that sends a channel's frames, and the broker whose queues it uses. */
export interface ChannelHost {
  readonly broker: { readonly queues: BrokerQueues };
  send(...frames: readonly Buffer[]): void;
}

/** The broker's end of one channel: the message that is arriving on it, and those that it has delivered. */
export class PeerChannel {
  confirms = false;
  prefetch = 0;
  private published = 0;
  private delivered = 0;
  readonly unacknowledged = new Map<number, { queue: string; message: BrokerMessage }>();
  private readonly consumers = new Map<string, { queue: string; consumer: QueueConsumer }>();
  private arriving: { method: ClientMethod; properties: object; missing: number; body: Buffer[] } | undefined;

  constructor(
    private readonly number: number,
    private readonly host: ChannelHost,
  ) {}

  /** Begins a `BasicPublish`, whose message follows. */
  begin(method: ClientMethod): void {
    this.published += 1;
    this.arriving = { method, properties: {}, missing: 0, body: [] };
  }

  /** @returns the publication that this header or piece of a body completes */
  complete({ size = 0, fields = {}, content }: Frame): ClientMethod | undefined {
    const { arriving } = this;
    if (!arriving) {
      return undefined;
    }
    if (content) {
      arriving.body.push(Buffer.from(content));
      arriving.missing -= content.length;
    } else {
      arriving.properties = { ...fields };
      arriving.missing = size;
    }
    if (arriving.missing > 0) {
      return undefined;
    }
    this.arriving = undefined;
    const { method, properties, body } = arriving;
    const { exchange, routingKey } = method.fields;
    const message = {
      exchange: String(exchange),
      routingKey: String(routingKey),
      properties: properties as BrokerMessage['properties'],
      content: Buffer.concat(body),
    };
    return { ...method, message, ...(this.confirms && { publishTag: this.published }) };
  }

  consume(queue: string): void {
    const consumerTag = `consumer-${this.number}-${this.consumers.size + 1}`;
    const consumer: QueueConsumer = {
      hasRoom: () => this.prefetch === 0 || this.unacknowledged.size < this.prefetch,
      deliver: (message) => {
        this.delivered += 1;
        this.unacknowledged.set(this.delivered, { queue, message });
        const { exchange, routingKey, properties, content } = message;
        const fields = { consumerTag, deliveryTag: this.delivered, redelivered: false, exchange, routingKey };
        this.host.send(
          methodFrame('BasicDeliver', this.number, fields),
          contentFrames(this.number, properties, content),
        );
      },
    };
    this.consumers.set(consumerTag, { queue, consumer });
    this.host.send(methodFrame('BasicConsumeOk', this.number, { consumerTag }));
    this.host.broker.queues.consume(queue, consumer);
  }

  cancelConsumers(): void {
    for (const [consumerTag, { queue, consumer }] of this.consumers) {
      this.host.broker.queues.leave(queue, consumer);
      this.host.send(methodFrame('BasicCancel', this.number, { consumerTag, nowait: true }));
    }
    this.consumers.clear();
  }

  acknowledge(deliveryTag: number, multiple: boolean): void {
    const tags = multiple
      ? [...this.unacknowledged.keys()].filter((tag) => tag <= deliveryTag)
      : [deliveryTag];
    tags.forEach((tag) => this.unacknowledged.delete(tag));
    this.consumers.forEach(({ queue }) => this.host.broker.queues.hand(queue));
  }

  /** Puts unacknowledged messages back in their queue. */
  end(): void {
    const { queues } = this.host.broker;
    this.consumers.forEach(({ queue, consumer }) => queues.leave(queue, consumer));
    for (const { queue, message } of [...this.unacknowledged.values()].reverse()) {
      queues.takeBack(queue, [message]);
    }
    this.unacknowledged.clear();
  }
}
