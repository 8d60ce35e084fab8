export interface BrokerMessage {
  readonly exchange: string;
  readonly routingKey: string;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly content: Buffer;
}

export interface QueueConsumer {
  /** Whether the consumer may get another message before it acknowledges earlier ones. */
  hasRoom(): boolean;
  deliver(message: BrokerMessage): void;
}

interface Queue {
  ready: BrokerMessage[];
  readonly consumers: Set<QueueConsumer>;
}

/** The queues and bindings of a broker in memory. All exchanges are topic exchanges. */
export class BrokerQueues {
  private readonly queues = new Map<string, Queue>();
  private readonly bindings = new Map<string, { exchange: string; queue: string; pattern: RegExp }>();

  constructor(private readonly discardsMessages: boolean) {}

  declare(name: string): void {
    if (!this.queues.has(name)) {
      this.queues.set(name, { ready: [], consumers: new Set() });
    }
  }

  bind(queue: string, exchange: string, pattern: string): void {
    this.bindings.set(`${queue} ${exchange} ${pattern}`, { queue, exchange, pattern: topicPattern(pattern) });
  }

  /** @returns whether any queue takes the message */
  route(message: BrokerMessage): boolean {
    const names = new Set(
      [...this.bindings.values()]
        .filter(({ exchange, pattern }) => exchange === message.exchange && pattern.test(message.routingKey))
        .map(({ queue }) => queue),
    );
    if (!this.discardsMessages) {
      names.forEach((name) => this.put(name, message));
    }
    return names.size > 0;
  }

  put(name: string, message: BrokerMessage): void {
    this.declare(name);
    this.queues.get(name)!.ready.push(message);
    this.hand(name);
  }

  /** Puts messages back at the head of their queue, oldest first. */
  takeBack(name: string, messages: readonly BrokerMessage[]): void {
    this.queues.get(name)?.ready.unshift(...messages);
    this.hand(name);
  }

  consume(name: string, consumer: QueueConsumer): void {
    this.declare(name);
    this.queues.get(name)!.consumers.add(consumer);
    this.hand(name);
  }

  leave(name: string, consumer: QueueConsumer): void {
    this.queues.get(name)?.consumers.delete(consumer);
  }

  /** Delivers ready messages while consumers have room. */
  hand(name: string): void {
    const queue = this.queues.get(name);
    for (const consumer of queue?.consumers ?? []) {
      while (consumer.hasRoom() && queue!.ready.length > 0) {
        consumer.deliver(queue!.ready.shift()!);
      }
    }
  }

  ready(name: string): readonly BrokerMessage[] {
    return this.queues.get(name)?.ready ?? [];
  }

  consumerCount(name: string): number {
    return this.queues.get(name)?.consumers.size ?? 0;
  }
}

function topicPattern(pattern: string): RegExp {
  const words = pattern
    .split('.')
    .map((word) => (word === '*' ? '[^.]+' : word === '#' ? '.*' : word.replace(/[^\w-]/g, '\\$&')));
  return new RegExp(`^${words.join('\\.')}$`);
}
