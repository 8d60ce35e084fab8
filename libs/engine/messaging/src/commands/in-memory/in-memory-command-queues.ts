import type { OutgoingMessage } from '../../broker/message';
import { UnroutableMessageError } from '../../errors';
import type { CommandDelivery, CommandReceiver, EarlierAttempts } from '../command-receiver';
import type { CommandSender } from '../command-sender';
import { reasonOf } from '../dead-letters';

interface QueuedCommand {
  readonly message: OutgoingMessage;
  earlier: EarlierAttempts;
  isHeld: boolean;
}

/** A command that could not be carried out. */
export interface InMemoryDeadLetter {
  readonly message: OutgoingMessage;
  readonly reasonCode: string;
  readonly reason: string;
  readonly attempts: number;
}

const EXCHANGE = 'in-memory';
const DEFAULT_PREFETCH = 32;

/**
 * Queues of commands in memory, a queue for each stream type, for tests. Senders and receivers of one process share
 * them. They pass the tests of the other ways by which commands travel. Nothing survives the process.
 */
export class InMemoryCommandQueues {
  readonly deadLetters: InMemoryDeadLetter[] = [];
  private readonly queues = new Map<string, Set<QueuedCommand>>();
  private readonly receivers = new Set<InMemoryCommandReceiver>();

  constructor(streamTypes: readonly string[]) {
    this.declare(streamTypes);
  }

  /** Makes the queues of these stream types, as far as they are missing. */
  declare(streamTypes: readonly string[]): void {
    for (const streamType of streamTypes.filter((one) => !this.queues.has(one))) {
      this.queues.set(streamType, new Set());
    }
  }

  sender(): CommandSender {
    return {
      exchange: EXCHANGE,
      errorCode: undefined,
      start: () => {},
      send: async (message, streamType) => this.put(message, streamType),
      close: () => Promise.resolve(),
    };
  }

  /** @param prefetch the maximum number of commands of one stream type that are processed at a time; 32 by default */
  receiver({ prefetch = DEFAULT_PREFETCH } = {}): CommandReceiver {
    return new InMemoryCommandReceiver(this.queues, this.receivers, this.deadLetters, prefetch);
  }

  /** The number of receivers that take commands. */
  get consumers(): number {
    return this.receivers.size;
  }

  /** The commands that are not acknowledged, oldest first. */
  get unfinished(): readonly OutgoingMessage[] {
    return [...this.queues.values()].flatMap((queue) => [...queue].map(({ message }) => message));
  }

  /** Removes and returns the commands of a stream type that no receiver holds. */
  drain(streamType: string): readonly OutgoingMessage[] {
    const queue = this.queues.get(streamType) ?? new Set();
    const waiting = [...queue].filter(({ isHeld }) => !isHeld);
    waiting.forEach((command) => queue.delete(command));
    return waiting.map(({ message }) => message);
  }

  /** @throws UnroutableMessageError if there is no queue for the stream type */
  private put(message: OutgoingMessage, streamType: string): void {
    const queue = this.queues.get(streamType);
    if (!queue) {
      throw new UnroutableMessageError(message.properties.messageId, message.routingKey);
    }
    queue.add({ message, earlier: { attempts: 0, failures: 0, losses: 0 }, isHeld: false });
    this.receivers.forEach((receiver) => receiver.take());
  }
}

class InMemoryCommandReceiver implements CommandReceiver {
  readonly exchange = EXCHANGE;
  readonly errorCode = undefined;
  readonly native = undefined;
  private readonly held = new Set<QueuedCommand>();
  private onDelivery: (delivery: CommandDelivery) => void = () => {};

  constructor(
    private readonly queues: ReadonlyMap<string, Set<QueuedCommand>>,
    private readonly receivers: Set<InMemoryCommandReceiver>,
    private readonly deadLetters: InMemoryDeadLetter[],
    private readonly prefetch: number,
  ) {}

  start(onDelivery: (delivery: CommandDelivery) => void, stopping: AbortSignal): void {
    this.onDelivery = onDelivery;
    this.receivers.add(this);
    stopping.addEventListener('abort', () => this.receivers.delete(this), { once: true });
    this.take();
  }

  async close(): Promise<void> {
    this.receivers.delete(this);
    this.held.forEach((command) => (command.isHeld = false));
    this.held.clear();
    this.receivers.forEach((receiver) => receiver.take());
  }

  take(): void {
    for (const queue of this.receivers.has(this) ? this.queues.values() : []) {
      const own = [...queue].filter((command) => this.held.has(command)).length;
      const free = [...queue].filter(({ isHeld }) => !isHeld).slice(0, Math.max(this.prefetch - own, 0));
      free.forEach((command) => {
        command.isHeld = true;
        this.held.add(command);
      });
      free.forEach((command) => this.onDelivery(this.deliveryOf(command, queue)));
    }
  }

  private deliveryOf(command: QueuedCommand, queue: Set<QueuedCommand>): CommandDelivery {
    const { message, earlier } = command;
    const { content, properties, routingKey } = message;
    const finish = () => {
      if (this.held.delete(command)) {
        queue.delete(command);
        this.take();
      }
    };
    return {
      message: { content, properties, fields: { exchange: EXCHANGE, routingKey } },
      earlier,
      ack: finish,
      noteFailure: (attempts, failures) => {
        command.earlier = { ...command.earlier, attempts, failures };
      },
      bury: async (reason, attempts) => {
        this.deadLetters.push({ message, ...reasonOf(reason), attempts });
        finish();
      },
    };
  }
}
