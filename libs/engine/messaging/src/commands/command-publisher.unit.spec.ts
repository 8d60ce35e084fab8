import { eventually, ScriptedBroker, type ClientMethod } from '@tidemark/test-servers';
import { v7 as uuid } from 'uuid';
import { BrokerConnection } from '../broker/broker-connection';
import { NotConfirmedError, TopologyMismatchError } from '../errors';
import { testKeys } from '../signing/test-keys.fixture';
import { BrokerCommandSender } from './broker-command-sender';
import type { CommandEnvelope } from './command-envelope';
import { CommandPublisher } from './command-publisher';

jest.setTimeout(30_000);

const PRECONDITION_FAILED = 406;

let peer: ScriptedBroker;
let broker: BrokerConnection;
let publisher: CommandPublisher;

beforeEach(async () => {
  peer = await ScriptedBroker.start();
  broker = new BrokerConnection({ url: peer.url, minBackoffMs: 5, maxBackoffMs: 20 });
  publisher = new CommandPublisher({
    sender: new BrokerCommandSender({
      broker,
      prefix: 'test',
      streamTypes: ['Order', 'Shipment'],
      confirmTimeoutMs: 1_000,
      minBackoffMs: 5,
      maxBackoffMs: 20,
    }),
    keys: testKeys,
    maxInFlight: 4,
  });
});
afterEach(async () => {
  await publisher.close();
  await broker.close();
  await peer.close();
});

const command = (streamType: string): CommandEnvelope => ({
  commandId: uuid(),
  streamType,
  type: 'Do',
  data: {},
  correlationId: 'c',
  actor: 'process:test',
});
const send = (streamType: string) => publisher.publish(command(streamType));
const isFor = ({ name, message }: ClientMethod, streamType: string) =>
  name === 'BasicPublish' && message!.routingKey.startsWith(`${streamType}.`);

describe('commands of one stream type', () => {
  it("are sent while another type's queue has other properties, and that type's commands are sent once its queue is right", async () => {
    peer.follow(({ name, fields, channel }, session) => {
      const isMisfit = name === 'QueueDeclare' && fields['queue'] === 'test.commands.Shipment';
      if (isMisfit) {
        session.closeChannel(channel, PRECONDITION_FAILED);
      }
      return isMisfit;
    });
    await expect(send('Shipment')).rejects.toBeInstanceOf(TopologyMismatchError);
    await Promise.all([send('Order'), send('Order')]);
    await eventually(() => expect(publisher.errorCode).toBe('topology_mismatch'));
    expect(peer.connectionCount).toBe(1);
    peer.behave();
    await send('Shipment');
    await eventually(() => expect(publisher.errorCode).toBeUndefined());
  });

  it("are sent while another type's queue is full", async () => {
    await Promise.all([send('Order'), send('Shipment')]);
    let channelsOpened = 0;
    peer.follow((method, session) => {
      channelsOpened += method.name === 'ConfirmSelect' ? 1 : 0;
      const isRefused = isFor(method, 'Shipment');
      if (isRefused) {
        session.nack(method);
      }
      return isRefused;
    });
    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) => send(index % 3 === 0 ? 'Shipment' : 'Order')),
    );
    expect(results.map(({ status }) => status)).toEqual(
      Array.from({ length: 20 }, (_, index) => (index % 3 === 0 ? 'rejected' : 'fulfilled')),
    );
    expect(publisher.errorCode).toBe('not_confirmed');
    expect(peer.queues.ready('test.commands.Order')).toHaveLength(14);
    expect(channelsOpened).toBe(0);
    peer.behave();
    await send('Shipment');
    expect(publisher.errorCode).toBeUndefined();
  });

  it("are sent while another type's queue confirms nothing, and that type's commands fail in time", async () => {
    peer.follow((method) => isFor(method, 'Shipment'));
    const stuck = Array.from({ length: 5 }, () => send('Shipment').catch((error: unknown) => error));
    let isStuck = true;
    void Promise.all(stuck).then(() => (isStuck = false));
    await Promise.all(Array.from({ length: 20 }, () => send('Order')));
    expect(isStuck).toBe(true);
    for (const outcome of await Promise.all(stuck)) {
      expect(outcome).toBeInstanceOf(NotConfirmedError);
    }
    peer.behave();
    await send('Shipment');
  });
});

it('a resent command has the number of the attempt, and the first attempt has none', async () => {
  const repeated = command('Order');
  await publisher.publish(repeated);
  await publisher.publish(repeated, 2);
  const headers = peer.queues.ready('test.commands.Order').map(({ properties }) => properties['headers']);
  expect(headers).toMatchObject([{}, { 'send-attempt': 2 }]);
  expect(headers[0]).not.toHaveProperty('send-attempt');
});
