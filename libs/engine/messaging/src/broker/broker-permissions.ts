import { topologyNames } from './topology';

/**
 * The permissions of a RabbitMQ user, as anchored patterns of the names of exchanges and queues. The user may
 * `configure` them, `write` to exchanges (and bind queues), and `read` from queues (and bind to exchanges).
 */
export interface BrokerPermissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

type Names = ReturnType<typeof topologyNames>;

/** The permissions that one client of the broker needs, as patterns of names. */
export type BrokerNeeds = Readonly<Record<keyof BrokerPermissions, readonly string[]>>;

/**
 * Declaring a queue that has a dead-letter exchange takes the right to read the queue and to write to that exchange.
 * Binding takes the right to write to the queue and to read the exchange.
 */
function declaring(names: Names, exchange: string, queues: readonly string[]): BrokerNeeds {
  // The queue of dead letters and its exchange share a name.
  const dead = [literal(names.deadExchange), literal(names.deadQueue)];
  const all = [...dead, literal(exchange), ...queues];
  return { configure: all, write: [...dead, ...queues], read: all };
}

/** The permissions that `RelayGroup` needs: it declares the queues of all groups and publishes events. */
export function relayNeeds(prefix: string, groups: readonly string[]): BrokerNeeds {
  const names = topologyNames(prefix);
  const queues = groups.map((group) => eventQueues(names, group));
  return together(declaring(names, names.eventExchange, queues), { write: [literal(names.eventExchange)] });
}

/** The permissions that `ConsumerGroup` needs: it declares the queues of its group and reads them. */
export function consumerNeeds(prefix: string, group: string): BrokerNeeds {
  const names = topologyNames(prefix);
  return declaring(names, names.eventExchange, [eventQueues(names, group)]);
}

/** The permissions that `CommandPublisher` needs: it declares the queues of commands and publishes commands. */
export function commandPublisherNeeds(prefix: string, streamTypes: readonly string[]): BrokerNeeds {
  const { commandExchange } = topologyNames(prefix);
  return together(commandTransportNeeds(prefix, streamTypes), { write: [literal(commandExchange)] });
}

/**
 * The permissions that `CommandTransport` needs: it declares the queues of commands, reads them, and writes dead
 * letters.
 */
export function commandTransportNeeds(prefix: string, streamTypes: readonly string[]): BrokerNeeds {
  const names = topologyNames(prefix);
  const queues = streamTypes.map((streamType) => literal(names.commandQueue(streamType)));
  return declaring(names, names.commandExchange, queues);
}

/** The permissions of a user whose clients have all of these needs and no others. */
export function brokerPermissions(...needs: readonly Partial<BrokerNeeds>[]): BrokerPermissions {
  const { configure, write, read } = together(...needs);
  return { configure: patternOf(configure), write: patternOf(write), read: patternOf(read) };
}

function together(...needs: readonly Partial<BrokerNeeds>[]): BrokerNeeds {
  const all = (kind: keyof BrokerNeeds) => [...new Set(needs.flatMap((need) => need[kind] ?? []))];
  return { configure: all('configure'), write: all('write'), read: all('read') };
}

function patternOf(alternatives: readonly string[]): string {
  return alternatives.length === 0 ? '^$' : `^(${alternatives.join('|')})$`;
}

/** Matches any number, because the number of partitions depends on the log. */
function eventQueues(names: Names, group: string): string {
  return literal(names.eventQueue(group, 0)).replace(/0$/, '[0-9]+');
}

function literal(name: string): string {
  return name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
