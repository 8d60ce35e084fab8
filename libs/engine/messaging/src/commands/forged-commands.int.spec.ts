import { eventually } from '@tidemark/test-servers';
import { v7 as uuid } from 'uuid';
import { forgeries, receiverKeys } from '../signing/forgeries.fixture';
import { signMessage } from '../signing/sign-message';
import { testKey } from '../signing/test-keys.fixture';
import type { MessageRefusal } from '../signing/verify-message';
import { createBrokerCommandBed } from './broker-command-bed.fixture';
import type { CommandBed } from './command-bed.fixture';
import type { CommandEnvelope } from './command-envelope';
import { commandMessage } from './command-message';
import { CommandPublisher } from './command-publisher';
import type { CommandSender } from './command-sender';
import { CommandTransport } from './command-transport';
import { createPostgresCommandBed } from './postgres/postgres-command-bed.fixture';

const processKey = testKey('process:test');

describe.each([
  ['the broker', createBrokerCommandBed],
  ['a queue in Postgres', createPostgresCommandBed],
])('a command by %s that is forged', (_adapter, createBed: () => Promise<CommandBed>) => {
  let bed: CommandBed;
  let sender: CommandSender;
  let transport: CommandTransport;
  let publisher: CommandPublisher;
  const handled: CommandEnvelope[] = [];
  const refused: MessageRefusal[] = [];

  beforeAll(async () => {
    bed = await createBed();
    sender = bed.sender();
    publisher = new CommandPublisher({ sender, keys: receiverKeys });
    transport = new CommandTransport({
      // One at a time, so that commands are handled in their order.
      receiver: bed.receiver({ prefetch: 1 }),
      keys: receiverKeys,
      hooks: { onRefused: (reason) => void refused.push(reason) },
    });
    transport.addHandler('Order.PayOrder', (command: CommandEnvelope) => {
      handled.push(command);
      return Promise.resolve();
    });
    transport.listen(() => {});
    await eventually(async () => expect((await bed.inspect()).consumers).toBe(1));
  });
  afterAll(async () => {
    await Promise.all([transport.close(), publisher.close()]);
    await bed.dispose();
  });
  beforeEach(() => {
    handled.length = 0;
    refused.length = 0;
  });

  function payOrder(actor = 'process:test'): CommandEnvelope {
    return { commandId: uuid(), streamType: 'Order', type: 'PayOrder', data: {}, correlationId: 'c', actor };
  }

  /** Earlier messages have had their effect, if any, when a later one is handled. */
  async function expectNothingHandledBefore(command: CommandEnvelope): Promise<void> {
    await eventually(async () => expect((await bed.inspect()).ready).toBe(0));
    await publisher.publish(command);
    await eventually(() => expect(handled.length).toBeGreaterThan(0));
    expect(handled.map(({ commandId, actor }) => ({ commandId, actor }))).toEqual([
      { commandId: command.commandId, actor: command.actor },
    ]);
    expect(await bed.drainDead()).toEqual([]);
  }

  it.each(forgeries)(
    'has no effect, is counted, and leaves its id unused: $name',
    async ({ forge, reason }) => {
      const command = payOrder();
      await bed.put(forge(commandMessage(sender.exchange, command), processKey));
      await expectNothingHandledBefore(command);
      expect(refused).toEqual([reason]);
    },
  );

  it.each([
    ['of another process, by a process', payOrder('process:other'), processKey],
    ['of a person, by a process', payOrder('operator-7'), processKey],
    ['of the relay, by the relay', payOrder('relay'), testKey('relay')],
    ['of a process, by the relay', payOrder(), testKey('relay')],
  ])("has no effect when its actor is not the key's owner: %s", async (_, command, key) => {
    await bed.put(signMessage(commandMessage(sender.exchange, command), key));
    await expectNothingHandledBefore(payOrder());
    expect(refused).toEqual(['wrong_sender']);
  });

  it('is not a command that another process signs with its own key', async () => {
    for (const command of [payOrder(), payOrder('process:other')]) {
      handled.length = 0;
      await expectNothingHandledBefore(command);
    }
    expect(refused).toEqual([]);
  });
});
