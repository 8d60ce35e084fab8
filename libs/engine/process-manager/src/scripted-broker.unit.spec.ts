import { constant } from '@tidemark/kernel';
import {
  BrokerCommandSender,
  BrokerConnection,
  CommandPublisher,
  MessageKeys,
  messageKeysText,
  topologyNames,
} from '@tidemark/messaging';
import { eventually, faultScripts, newMessageKeys, ScriptedBroker } from '@tidemark/test-servers';
import { v7 as uuid } from 'uuid';
import { CommandDispatcher } from './command-dispatcher';
import { InMemoryOutbox } from './in-memory/in-memory-outbox';

jest.setTimeout(120_000);

const RECOVERY_MS = 15_000;
/** All scripts share one thread: on a busy machine, their honest answers take long as well. */
const ANSWER_MS = 2_000;
const backoff = { minBackoffMs: 10, maxBackoffMs: 250 };

const keys = new MessageKeys(constant(messageKeysText.parse(newMessageKeys(['process:test']))));

/** A running dispatcher. A command counts as answered when the broker has it. */
class Dispatching {
  private readonly outbox = new InMemoryOutbox(() => Date.now(), Infinity);
  private readonly broker: BrokerConnection;
  private readonly publisher: CommandPublisher;
  readonly dispatcher: CommandDispatcher;

  constructor(private readonly peer: ScriptedBroker) {
    this.broker = new BrokerConnection({
      url: peer.url,
      heartbeatSeconds: 1,
      connectTimeoutMs: ANSWER_MS,
      replyTimeoutMs: ANSWER_MS,
      ...backoff,
    });
    const sender = new BrokerCommandSender({
      broker: this.broker,
      prefix: 'test',
      streamTypes: ['Order'],
      confirmTimeoutMs: ANSWER_MS,
      ...backoff,
    });
    this.publisher = new CommandPublisher({ sender, keys });
    this.dispatcher = new CommandDispatcher({
      pool: this.outbox,
      process: 'test',
      outlet: this.publisher,
      firstResendMs: 50,
      pollIntervalMs: 10,
    });
    this.dispatcher.start();
  }

  async work(): Promise<void> {
    const commandId = uuid();
    const rest = { streamType: 'Order', type: 'Do', data: {}, correlationId: 'c', actor: 'process:test' };
    this.outbox.add('one', { step: commandId, envelope: { commandId, ...rest } });
    this.dispatcher.wake();
    const queue = topologyNames('test').commandQueue('Order');
    const held = () => this.peer.queues.ready(queue).map(({ properties }) => properties['messageId']);
    await eventually(() => expect(held()).toContain(commandId), { withinMs: 60_000, everyMs: 10 });
    this.outbox.settle(commandId);
  }

  async stop(): Promise<void> {
    const stopped = this.dispatcher.stop();
    await this.publisher.close();
    await stopped;
    await this.broker.close();
  }
}

async function play(script: string): Promise<void> {
  const { stops, begin } = faultScripts[script]!;
  const peer = await ScriptedBroker.start();
  const client = new Dispatching(peer);
  try {
    await client.work();
    await eventually(() => expect(client.dispatcher.errorCode).toBeUndefined());
    begin(peer);
    const worked = client.work();
    if (stops === 'everyone' || stops === 'publishers') {
      await eventually(() => expect(client.dispatcher.errorCode).toBeDefined(), {
        withinMs: 30_000,
        everyMs: 5,
      });
    } else {
      await worked;
    }
    const endedAt = performance.now();
    peer.behave();
    await worked;
    await client.work();
    await eventually(() => expect(client.dispatcher.errorCode).toBeUndefined(), { withinMs: RECOVERY_MS });
    expect(performance.now() - endedAt).toBeLessThan(RECOVERY_MS);
  } finally {
    await client.stop();
    await peer.close();
  }
}

describe('after', () => {
  const outcomes = new Map<string, Promise<unknown>>();

  // All scripts run at the same time, because each mostly waits.
  beforeAll(() => {
    for (const script of Object.keys(faultScripts)) {
      outcomes.set(
        script,
        play(script).catch((error: unknown) => error),
      );
    }
  });

  it.each(Object.keys(faultScripts))('%s: the dispatcher sends again', async (script) => {
    expect(await outcomes.get(script)).toBeUndefined();
  });
});
