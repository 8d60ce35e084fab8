import { getEventListeners } from 'node:events';
import { eventually, heapInUse, ScriptedBroker, type PeerScript } from '@tidemark/test-servers';
import { v7 as uuid } from 'uuid';
import { BrokerConnection } from '../broker/broker-connection';
import { topologyNames } from '../broker/topology';
import { BrokerCommandReceiver } from '../commands/broker-command-receiver';
import { BrokerCommandSender } from '../commands/broker-command-sender';
import { CommandPublisher } from '../commands/command-publisher';
import { CommandTransport } from '../commands/command-transport';
import { testKeys } from '../signing/test-keys.fixture';

/** The resources that a process holds. Memory is in bytes, after a collection. */
interface Holdings {
  readonly connections: number;
  readonly channels: number;
  readonly timers: number;
  readonly sockets: number;
  readonly listeners: number;
  readonly memory: number;
}

const backoff = { minBackoffMs: 1, maxBackoffMs: 2 };

/**
 * Fails each publication, in turn by a refusal, a return, a closed channel, a closed connection and a cut connection.
 */
function faultAtEach(): PeerScript {
  let turn = 0;
  return (method, session) => {
    if (method.name !== 'BasicPublish') {
      return false;
    }
    turn += 1;
    switch (turn % 5) {
      case 0:
        session.cut();
        break;
      case 1:
        session.nack(method);
        break;
      case 2:
        session.giveBack(method);
        session.ack(method);
        break;
      case 3:
        session.closeChannel(method.channel);
        break;
      case 4:
        session.closeConnection();
        break;
    }
    return true;
  };
}

/** One connection with a sender and a receiver of commands. Its broker fails at everything. */
class FaultyLife {
  private readonly publisher: CommandPublisher;
  private readonly transport: CommandTransport;

  private constructor(
    private readonly peer: ScriptedBroker,
    private readonly broker: BrokerConnection,
  ) {
    const options = { broker, prefix: 'test', streamTypes: ['Order'], ...backoff };
    const keys = testKeys;
    this.publisher = new CommandPublisher({ keys, sender: new BrokerCommandSender(options) });
    this.transport = new CommandTransport({
      keys,
      receiver: new BrokerCommandReceiver(options),
      ...backoff,
    });
    this.transport.listen(() => {});
  }

  static async start(): Promise<FaultyLife> {
    const peer = await ScriptedBroker.start({ discardsMessages: true });
    return new FaultyLife(peer, new BrokerConnection({ url: peer.url, ...backoff }));
  }

  /** Sends until this many commands have failed. */
  async suffer(faults: number): Promise<void> {
    this.peer.follow(faultAtEach());
    for (let suffered = 0; suffered < faults;) {
      suffered += await this.send().then(
        () => 0,
        () => 1,
      );
    }
    this.peer.behave();
    await eventually(() => this.send().then(() => true));
  }

  async holdings(): Promise<Holdings> {
    const { peer, broker } = this;
    const queue = topologyNames('test').commandQueue('Order');
    // One channel of the sender and one of the receiver.
    await eventually(() => {
      expect(peer.queues.consumerCount(queue)).toBe(1);
      expect([peer.openConnections, peer.openChannels]).toEqual([1, 2]);
    });
    const resources = process.getActiveResourcesInfo();
    const count = (type: string) => resources.filter((each) => each === type).length;
    const { closing } = broker as unknown as { closing: AbortController };
    return {
      connections: peer.openConnections,
      channels: peer.openChannels,
      timers: count('Timeout'),
      sockets: count('TCPSocketWrap'),
      listeners: getEventListeners(closing.signal, 'abort').length,
      memory: await heapInUse(),
    };
  }

  async stop(): Promise<void> {
    await Promise.all([this.publisher.close(), this.transport.close()]);
    await this.broker.close();
    await this.peer.close();
  }

  private send(): Promise<void> {
    return this.publisher.publish({
      commandId: uuid(),
      streamType: 'Order',
      type: 'Do',
      data: {},
      correlationId: 'c',
      actor: 'process:test',
    });
  }
}

/** Fails if anything is left open after this many faults, or if the memory has grown by more than `maxBytes`. */
export async function expectNothingLeftBy(faults: number, { maxBytes }: { readonly maxBytes: number }) {
  const { before, after } = await holdingsAround(faults);
  expect({ ...after, timers: 0, memory: 0 }).toEqual({ ...before, timers: 0, memory: 0 });
  // A heartbeat or a pause may be between two timers at the count. A leak would leave dozens of them.
  expect(after.timers - before.timers).toBeLessThan(5);
  expect(after.memory - before.memory).toBeLessThan(maxBytes);
}

/** The resources before and after this many faults. The process has already had some faults before the first count. */
async function holdingsAround(faults: number): Promise<{ before: Holdings; after: Holdings }> {
  const life = await FaultyLife.start();
  try {
    await life.suffer(100);
    const before = await life.holdings();
    await life.suffer(faults);
    return { before, after: await life.holdings() };
  } finally {
    await life.stop();
  }
}
