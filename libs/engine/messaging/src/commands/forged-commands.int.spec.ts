import { eventually } from '@tidemark/testing';
import { v7 as uuid } from 'uuid';
import type { OutgoingMessage } from '../broker/message';
import { topologyNames } from '../broker/topology';
import { createTestBed, type TestBed } from '../events/test-bed.fixture';
import { forgeries, receiverKeys } from '../signing/forgeries.fixture';
import { signMessage } from '../signing/sign-message';
import { testKey } from '../signing/test-keys.fixture';
import type { MessageRefusal } from '../signing/verify-message';
import type { CommandEnvelope } from './command-envelope';
import { commandMessage } from './command-message';
import { CommandPublisher } from './command-publisher';
import { CommandTransport } from './command-transport';

const processKey = testKey('process:test');

let bed: TestBed;
let transport: CommandTransport;
let publisher: CommandPublisher;
let handled: CommandEnvelope[];
let refused: MessageRefusal[];

beforeAll(async () => {
  bed = await createTestBed();
  handled = [];
  refused = [];
  const common = { broker: bed.broker, keys: receiverKeys, prefix: bed.prefix, streamTypes: ['Order'] };
  transport = new CommandTransport({
    ...common,
    hooks: { onRefused: (reason) => void refused.push(reason) },
  });
  transport.addHandler('Order.PayOrder', (command: CommandEnvelope) => {
    handled.push(command);
    return Promise.resolve();
  });
  transport.listen(() => {});
  publisher = new CommandPublisher(common);
  await eventually(async () => expect((await bed.inspect(queue()))?.consumers).toBe(1));
});
afterAll(async () => {
  await Promise.all([transport.close(), publisher.close()]);
  await bed.dispose();
});

const queue = () => topologyNames(bed.prefix).commandQueue('Order');
const exchange = () => topologyNames(bed.prefix).commandExchange;

function payOrder(actor = 'process:test'): CommandEnvelope {
  return { commandId: uuid(), streamType: 'Order', type: 'PayOrder', data: {}, correlationId: 'c', actor };
}

function send({ exchange, routingKey, content, properties }: OutgoingMessage): void {
  bed.channel.publish(exchange, routingKey, content, properties);
}

/** Commands of one queue arrive in order, so earlier messages have had their effect, if any. */
async function expectNothingHandledBefore(command: CommandEnvelope): Promise<void> {
  await publisher.publish(command);
  await eventually(() => expect(handled.length).toBeGreaterThan(0));
  expect(handled.map(({ commandId, actor }) => ({ commandId, actor }))).toEqual([
    { commandId: command.commandId, actor: command.actor },
  ]);
  expect(await bed.drain(topologyNames(bed.prefix).deadQueue)).toEqual([]);
}

beforeEach(() => {
  handled.length = 0;
  refused.length = 0;
});

describe('a command that is forged', () => {
  it.each(forgeries)(
    'has no effect, is counted, and leaves its id unused: $name',
    async ({ forge, reason }) => {
      const command = payOrder();
      send(forge(commandMessage(exchange(), command), processKey));
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
    send(signMessage(commandMessage(exchange(), command), key));
    await expectNothingHandledBefore(payOrder());
    expect(refused).toEqual(['wrong_sender']);
  });
});

it('each process signs its commands with its own key', async () => {
  for (const command of [payOrder(), payOrder('process:other')]) {
    handled.length = 0;
    await expectNothingHandledBefore(command);
  }
  expect(refused).toEqual([]);
});
