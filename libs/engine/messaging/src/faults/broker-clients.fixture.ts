import { eventually, type ScriptedBroker } from '@tidemark/test-servers';
import { v7 as uuid } from 'uuid';
import { pause } from '../backoff';
import { BrokerConnection } from '../broker/broker-connection';
import { topologyNames } from '../broker/topology';
import type { CommandEnvelope } from '../commands/command-envelope';
import { BrokerCommandReceiver } from '../commands/broker-command-receiver';
import { BrokerCommandSender } from '../commands/broker-command-sender';
import { CommandPublisher } from '../commands/command-publisher';
import { CommandTransport } from '../commands/command-transport';
import { MalformedMessageError } from '../errors';
import { BrokerDelivery } from '../events/broker-delivery';
import { ConsumerGroup } from '../events/consumer-group';
import { countedCodec, InMemoryLog } from '../events/in-memory-log.fixture';
import { RecordingHandler } from '../events/recording-handler.fixture';
import { RelayGroup } from '../events/relay-group';
import { InMemoryGroup } from '../leases/in-memory-group.fixture';
import { signedCommand, signedEvent, testKeys } from '../signing/test-keys.fixture';

/** A client of the broker, with work that goes to the broker or comes from it. */
export interface BrokerClient {
  readonly kind: 'publisher' | 'consumer' | 'both';
  /** Does one more piece of work. Resolves when the work has had its effect at the broker. */
  work(): Promise<void>;
  /** Whether the client itself reports that it can work. */
  isReady(): Promise<boolean>;
  stop(): Promise<void>;
}

const names = topologyNames('test');
const patience = { withinMs: 60_000, everyMs: 10 };
const backoff = { minBackoffMs: 10, maxBackoffMs: 250 };
const confirmTimeoutMs = 500;

function connectTo(peer: ScriptedBroker): BrokerConnection {
  return new BrokerConnection({
    url: peer.url,
    heartbeatSeconds: 1,
    connectTimeoutMs: 500,
    replyTimeoutMs: 500,
    ...backoff,
  });
}

function command(): CommandEnvelope {
  return {
    commandId: uuid(),
    streamType: 'Order',
    type: 'Do',
    data: {},
    correlationId: 'c',
    actor: 'process:test',
  };
}

function relay(peer: ScriptedBroker): BrokerClient {
  const broker = connectTo(peer);
  const log = new InMemoryLog();
  const store = new InMemoryGroup();
  const part = new RelayGroup({
    broker,
    keys: testKeys,
    log,
    store,
    confirmTimeoutMs,
    partitions: 1,
    prefix: 'test',
    groups: ['group'],
    pollIntervalMs: 20,
    ...backoff,
  });
  part.start();
  return {
    kind: 'publisher',
    async work() {
      const [event] = log.append(0, 1);
      await eventually(async () => {
        expect((await store.loadCheckpoint(0))?.position).toBeGreaterThanOrEqual(event!.position);
        expect(peer.queues.ready(names.eventQueue('group', 0)).map(idOf)).toContain(event!.eventId);
      }, patience);
    },
    async isReady() {
      const status = await part.status();
      return part.errorCode === undefined && status.every(({ error }) => error === undefined);
    },
    async stop() {
      await part.stop();
      await broker.close();
    },
  };
}

function consumer(peer: ScriptedBroker): BrokerClient {
  const broker = connectTo(peer);
  const log = new InMemoryLog();
  const store = new InMemoryGroup();
  const handler = new RecordingHandler(store, store);
  const part = new ConsumerGroup({
    delivery: new BrokerDelivery({ broker, prefix: 'test', keys: testKeys }),
    log,
    store,
    parked: store,
    handler,
    codec: countedCodec,
    group: 'group',
    partitions: 1,
    idleCheckMs: 100,
    ...backoff,
  });
  part.start();
  const queue = names.eventQueue('group', 0);
  return {
    kind: 'consumer',
    async work() {
      const [event] = log.append(0, 1);
      const { exchange, routingKey, properties, content } = signedEvent(names.eventExchange, event!);
      peer.queues.put(queue, { exchange, routingKey, properties: { ...properties }, content });
      await eventually(() => {
        expect(handler.positions(0)).toContain(event!.position);
        expectAllAcknowledged(peer, queue);
      }, patience);
    },
    async isReady() {
      const status = await part.status();
      return part.errorCode === undefined && status.every(({ error }) => error === undefined);
    },
    async stop() {
      await part.stop();
      await broker.close();
    },
  };
}

function transport(peer: ScriptedBroker): BrokerClient {
  const handled: string[] = [];
  const handle = ({ commandId }: CommandEnvelope) => handled.push(commandId);
  return transportWith(peer, 'consumer', handle, ({ commandId }) => expect(handled).toContain(commandId));
}

/** A transport whose handler refuses every command, so that all become dead letters. */
function deadLetters(peer: ScriptedBroker): BrokerClient {
  const fail = () => {
    throw new MalformedMessageError('as it should be');
  };
  return transportWith(peer, 'both', fail, ({ commandId }) => {
    const buried = peer.queues.ready(names.deadQueue).map(({ properties }) => properties['headers']);
    expect(buried).toContainEqual(expect.objectContaining({ 'original-message-id': commandId }));
  });
}

function transportWith(
  peer: ScriptedBroker,
  kind: BrokerClient['kind'],
  handle: (command: CommandEnvelope) => unknown,
  expectDone: (command: CommandEnvelope) => void,
): BrokerClient {
  const broker = connectTo(peer);
  const part = new CommandTransport({
    receiver: new BrokerCommandReceiver({
      broker,
      confirmTimeoutMs,
      prefix: 'test',
      streamTypes: ['Order'],
      ...backoff,
    }),
    keys: testKeys,
    drainTimeoutMs: 100,
    ...backoff,
  });
  part.addHandler('Order.Do', (each: CommandEnvelope) => Promise.resolve(each).then(handle));
  part.listen(() => {});
  const queue = names.commandQueue('Order');
  return {
    kind,
    async work() {
      const asked = command();
      const { exchange, routingKey, properties, content } = signedCommand(names.commandExchange, asked);
      peer.queues.put(queue, { exchange, routingKey, properties: { ...properties }, content });
      await eventually(() => {
        expectDone(asked);
        expectAllAcknowledged(peer, queue);
      }, patience);
    },
    isReady: () => Promise.resolve(part.errorCode === undefined),
    async stop() {
      await part.close();
      await broker.close();
    },
  };
}

/** A sender that repeats each command until it is confirmed, like the dispatcher of processes. */
function commandPublisher(peer: ScriptedBroker): BrokerClient {
  const broker = connectTo(peer);
  const sender = new BrokerCommandSender({
    broker,
    confirmTimeoutMs,
    prefix: 'test',
    streamTypes: ['Order'],
    ...backoff,
  });
  const part = new CommandPublisher({ sender, keys: testKeys });
  const stopping = new AbortController();
  return {
    kind: 'publisher',
    async work() {
      const sent = command();
      for (let isSent = false; !isSent && !stopping.signal.aborted;) {
        isSent = await part.publish(sent).then(
          () => true,
          () => pause(20, stopping.signal).then(() => false),
        );
      }
      expect(peer.queues.ready(names.commandQueue('Order')).map(idOf)).toContain(sent.commandId);
    },
    isReady: () => Promise.resolve(part.errorCode === undefined),
    async stop() {
      stopping.abort();
      await part.close();
      await broker.close();
    },
  };
}

function idOf({ properties }: { readonly properties: Readonly<Record<string, unknown>> }): unknown {
  return properties['messageId'];
}

function expectAllAcknowledged(peer: ScriptedBroker, queue: string): void {
  expect({ ready: peer.queues.ready(queue).length, unacknowledged: peer.unacknowledged }).toEqual({
    ready: 0,
    unacknowledged: 0,
  });
}

export const brokerClients = {
  relay,
  consumer,
  'command transport': transport,
  'dead letters': deadLetters,
  'command publisher': commandPublisher,
} satisfies Record<string, (peer: ScriptedBroker) => BrokerClient>;
