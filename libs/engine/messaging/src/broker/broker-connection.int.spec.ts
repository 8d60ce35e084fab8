import {
  createTcpProxy,
  createTestVhost,
  eventually,
  type TcpProxy,
  type TestVhost,
} from '@tidemark/test-servers';
import { connect, type ChannelModel } from 'amqplib';
import { BrokerUnavailableError } from '../errors';
import { BrokerConnection } from './broker-connection';

let vhost: TestVhost;
let proxy: TcpProxy;
let broker: BrokerConnection;
let direct: ChannelModel;

beforeEach(async () => {
  vhost = await createTestVhost();
  proxy = await createTcpProxy(vhost.url);
  broker = new BrokerConnection({ url: proxy.url, minBackoffMs: 10, maxBackoffMs: 50 });
  direct = await connect(vhost.url);
});
afterEach(async () => {
  await broker.close();
  await proxy.close();
  await direct.close();
  await vhost.drop();
});

describe('BrokerConnection', () => {
  it('reconnects after its connection was cut', async () => {
    const first = await broker.openChannel('plain');
    const closed = new Promise((resolve) => first.once('close', resolve));
    proxy.cut();
    await closed;
    const second = await broker.openChannel('confirm');
    await second.waitForConfirms();
    expect(broker.isConnected).toBe(true);
  });

  it('waits for a broker that is not available yet, and reports that it is not connected', async () => {
    proxy.partition();
    const opening = broker.openChannel('plain');
    await eventually(() => expect(broker.isConnected).toBe(false));
    proxy.heal();
    await opening;
    expect(broker.isConnected).toBe(true);
  });

  it('shares one connection among all callers that ask for a channel at once', async () => {
    const channels = await Promise.all(Array.from({ length: 5 }, () => broker.openChannel('plain')));
    expect(new Set(channels.map((channel) => channel.connection)).size).toBe(1);
  });

  it('reports the loss of the connection, and forgets callers that no longer wait for it', async () => {
    const creating = jest.spyOn(Object.getPrototypeOf(direct) as ChannelModel, 'createChannel');
    await broker.openChannel('plain');
    const connection = creating.mock.contexts[0] as ChannelModel;
    creating.mockRestore();
    const listeners = connection.listenerCount('close');
    for (let waiter = 0; waiter < 3; waiter += 1) {
      const givingUp = new AbortController();
      const waiting = broker.untilLost(givingUp.signal);
      expect(connection.listenerCount('close')).toBe(listeners + 1);
      givingUp.abort();
      await waiting;
    }
    expect(connection.listenerCount('close')).toBe(listeners);
    const lost = broker.untilLost(new AbortController().signal);
    proxy.cut();
    await lost;
  });

  it('survives a channel that the broker closes', async () => {
    const channel = await broker.openChannel('plain');
    await expect(channel.checkQueue(`${vhost.prefix}.no-such-queue`)).rejects.toThrow('NOT_FOUND');
    await broker.openChannel('plain');
  });

  it('stops waiting when the signal aborts, and for good once it is closed', async () => {
    proxy.partition();
    const impatient = new AbortController();
    const opening = broker.openChannel('plain', impatient.signal);
    impatient.abort();
    await expect(opening).rejects.toBeInstanceOf(BrokerUnavailableError);
    const last = broker.openChannel('plain');
    await broker.close();
    await expect(last).rejects.toBeInstanceOf(BrokerUnavailableError);
    await expect(broker.openChannel('plain')).rejects.toBeInstanceOf(BrokerUnavailableError);
  });
});

describe('a broker that accepts no messages', () => {
  /** The frames that RabbitMQ sends at a memory or disk alarm: connection.blocked, connection.unblocked. */
  const methodFrame = (payload: Buffer) => {
    const header = Buffer.from([1, 0, 0, 0, 0, 0, payload.length]);
    return Buffer.concat([header, payload, Buffer.from([0xce])]);
  };
  const reason = 'low on memory';
  const blocked = methodFrame(Buffer.from([0, 10, 0, 60, reason.length, ...Buffer.from(reason)]));
  const unblocked = methodFrame(Buffer.from([0, 10, 0, 61]));

  it('is noticed, and channels are opened once it accepts messages again', async () => {
    await broker.openChannel('plain');
    proxy.inject(blocked);
    await eventually(() => expect(broker.blockedReason).toBe(reason));
    let opened = false;
    const opening = broker.openChannel('confirm').then(() => (opened = true));
    proxy.inject(unblocked);
    await eventually(() => expect(broker.blockedReason).toBeUndefined());
    await opening;
    expect(opened).toBe(true);
  });

  it('is forgotten with the connection', async () => {
    await broker.openChannel('plain');
    proxy.inject(blocked);
    await eventually(() => expect(broker.blockedReason).toBe(reason));
    const opening = broker.openChannel('confirm');
    proxy.cut();
    await opening;
    expect(broker.blockedReason).toBeUndefined();
  });
});
