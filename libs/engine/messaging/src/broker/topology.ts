import type { Channel, ConfirmChannel } from 'amqplib';
import { BrokerUnavailableError, TopologyMismatchError } from '../errors';
import type { BrokerConnection } from './broker-connection';
import { closeChannel } from './close-channel';

export const DEFAULT_PREFIX = 'tidemark';

/** The names of everything on the broker. Installations with different prefixes can share a virtual host. */
export function topologyNames(prefix: string = DEFAULT_PREFIX) {
  return {
    eventExchange: `${prefix}.events`,
    commandExchange: `${prefix}.commands`,
    deadExchange: `${prefix}.dead`,
    deadQueue: `${prefix}.dead`,
    eventQueue: (group: string, partition: number) => `${prefix}.events.${group}.${partition}`,
    commandQueue: (streamType: string) => `${prefix}.commands.${streamType}`,
  };
}

export interface EventTopology {
  readonly prefix?: string;
  readonly groups: readonly string[];
  readonly partitions: readonly number[];
}

export interface CommandTopology {
  readonly prefix?: string;
  readonly streamTypes: readonly string[];
}

/**
 * The number of redeliveries before the broker itself drops an event. It is high, because every hand-over of a
 * partition redelivers the prefetched events. Nothing is lost: the consumer then reads the event from the log.
 */
const EVENT_DELIVERY_LIMIT = 1_000;
/**
 * The number of redeliveries of a command before the broker itself makes it a dead letter. Handlers retry in place. So
 * a redelivery means a lost channel or, if it happens again and again, a command that ends the process.
 */
const COMMAND_DELIVERY_LIMIT = 20;
/** Inspecting a dead letter and returning it is a redelivery too, and must not lose it. */
const DEAD_DELIVERY_LIMIT = 1_000_000;

/**
 * Declares the objects between the relay and the consumers: the exchange, one quorum queue per group and partition, and
 * the dead letters. A repeat changes nothing.
 *
 * @throws TopologyMismatchError when the broker has one of them with other properties; BrokerUnavailableError
 */
export function declareEventTopology(
  broker: BrokerConnection,
  topology: EventTopology,
  signal?: AbortSignal,
) {
  return declaring(broker, signal, async (declare) => {
    const names = topologyNames(topology.prefix);
    await declare.deadLetters(names);
    await declare.exchange(names.eventExchange);
    for (const group of topology.groups) {
      for (const partition of topology.partitions) {
        const queue = names.eventQueue(group, partition);
        await declare.queue(queue, EVENT_DELIVERY_LIMIT, names.deadExchange);
        await declare.binding(queue, names.eventExchange, `*.*.${partition}`);
      }
    }
  });
}

/**
 * Declares the command exchange, one quorum queue per stream type, and the dead letters. A repeat changes nothing.
 *
 * @throws TopologyMismatchError when the broker has one of them with other properties; BrokerUnavailableError
 */
export function declareCommandTopology(
  broker: BrokerConnection,
  topology: CommandTopology,
  signal?: AbortSignal,
) {
  return declaring(broker, signal, async (declare) => {
    const names = topologyNames(topology.prefix);
    await declare.deadLetters(names);
    await declare.exchange(names.commandExchange);
    for (const streamType of topology.streamTypes) {
      const queue = names.commandQueue(streamType);
      await declare.queue(queue, COMMAND_DELIVERY_LIMIT, names.deadExchange);
      await declare.binding(queue, names.commandExchange, `${streamType}.*`);
    }
  });
}

/**
 * A queue's arguments. Dead-lettering `at-least-once` requires `reject-publish`. With `drop-head`, the broker falls
 * back to dead-lettering that may lose messages. `x-max-length` is missing on purpose. The broker's memory and disk
 * alarms limit a queue without a consumer. Publishers then wait, and the backlog stays in the log. An operator who
 * wants a lower limit sets a policy (`max-length`), which applies at once. To change an argument, the operator would
 * have to delete the queue. The relay then waits for room. Dead letters are not limited either, so that no failed
 * message is dropped unseen.
 */
function queueArguments(deliveryLimit: number, deadLetterExchange?: string) {
  return {
    'x-queue-type': 'quorum',
    'x-delivery-limit': deliveryLimit,
    'x-overflow': 'reject-publish',
    ...(deadLetterExchange && {
      'x-dead-letter-exchange': deadLetterExchange,
      'x-dead-letter-strategy': 'at-least-once',
    }),
  };
}

class Declarations {
  constructor(private readonly channel: Channel) {}

  async deadLetters(names: ReturnType<typeof topologyNames>): Promise<void> {
    await this.exchange(names.deadExchange);
    await this.queue(names.deadQueue, DEAD_DELIVERY_LIMIT);
    await this.binding(names.deadQueue, names.deadExchange, '#');
  }

  exchange(name: string): Promise<unknown> {
    return this.checked(`exchange ${name}`, this.channel.assertExchange(name, 'topic', { durable: true }));
  }

  queue(name: string, deliveryLimit: number, deadLetterExchange?: string): Promise<unknown> {
    const declared = this.channel.assertQueue(name, {
      durable: true,
      arguments: queueArguments(deliveryLimit, deadLetterExchange),
    });
    return this.checked(`queue ${name}`, declared);
  }

  binding(queue: string, exchange: string, pattern: string): Promise<unknown> {
    return this.checked(`binding ${queue}`, this.channel.bindQueue(queue, exchange, pattern));
  }

  private async checked(entity: string, declared: Promise<unknown>): Promise<void> {
    try {
      await declared;
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      if ((cause as { code?: unknown }).code === PRECONDITION_FAILED) {
        throw new TopologyMismatchError(entity, cause);
      }
      throw new BrokerUnavailableError(`could not declare ${entity}`, { cause });
    }
  }
}

const PRECONDITION_FAILED = 406;

async function declaring(
  broker: BrokerConnection,
  signal: AbortSignal | undefined,
  work: (declare: Declarations) => Promise<void>,
): Promise<void> {
  // Uses a separate channel, because the broker closes the channel on which it refuses a declaration.
  const channel: Channel | ConfirmChannel = await broker.openChannel('plain', signal);
  // A refusal is thrown, so the connection need not log it at each attempt.
  channel.removeAllListeners('error').on('error', () => {});
  try {
    await work(new Declarations(channel));
  } finally {
    await closeChannel(channel);
  }
}
