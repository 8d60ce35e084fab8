import {
  createTcpProxy,
  createTestVhost,
  eventually,
  type TcpProxy,
  type TestVhost,
} from '@tidemark/testing';
import { connect, type ChannelModel } from 'amqplib';
import { BrokerConnection } from './broker-connection';
import { BrokerUnavailableError, TopologyMismatchError } from './errors';
import { declareCommandTopology, declareEventTopology, topologyNames } from './topology';

jest.setTimeout(30_000);

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
  it('comes back after its connection was cut', async () => {
    const first = await broker.openChannel('plain');
    const closed = new Promise((resolve) => first.once('close', resolve));
    proxy.cut();
    await closed;
    const second = await broker.openChannel('confirm');
    await second.waitForConfirms();
    expect(broker.isConnected).toBe(true);
  });

  it('waits for a broker that is not there yet, and tells that it is not connected', async () => {
    proxy.partition();
    const opening = broker.openChannel('plain');
    await eventually(() => expect(broker.isConnected).toBe(false));
    proxy.heal();
    await opening;
    expect(broker.isConnected).toBe(true);
  });

  it('shares one connection among all who ask for a channel at once', async () => {
    const channels = await Promise.all(Array.from({ length: 5 }, () => broker.openChannel('plain')));
    expect(new Set(channels.map((channel) => channel.connection)).size).toBe(1);
  });

  it('survives a channel that the broker closes', async () => {
    const channel = await broker.openChannel('plain');
    await expect(channel.checkQueue(`${vhost.prefix}.no-such-queue`)).rejects.toThrow('NOT_FOUND');
    await broker.openChannel('plain');
  });

  it('gives up waiting when told to, and for good once it is closed', async () => {
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

describe('a broker that takes no messages', () => {
  /** What RabbitMQ sends at a memory or disk alarm: connection.blocked, connection.unblocked. */
  const methodFrame = (payload: Buffer) => {
    const header = Buffer.from([1, 0, 0, 0, 0, 0, payload.length]);
    return Buffer.concat([header, payload, Buffer.from([0xce])]);
  };
  const reason = 'low on memory';
  const blocked = methodFrame(Buffer.from([0, 10, 0, 60, reason.length, ...Buffer.from(reason)]));
  const unblocked = methodFrame(Buffer.from([0, 10, 0, 61]));

  it('is noticed, and channels are opened once it takes messages again', async () => {
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

describe('the topology', () => {
  const groups = ['projections', 'fulfilment'];

  it('can be declared again and again, and routes by partition and by stream type', async () => {
    for (let round = 0; round < 2; round += 1) {
      await declareEventTopology(broker, { prefix: vhost.prefix, groups, partitions: [0, 1] });
      await declareCommandTopology(broker, { prefix: vhost.prefix, streamTypes: ['Order', 'Payment'] });
    }
    const names = topologyNames(vhost.prefix);
    const channel = await direct.createConfirmChannel();
    channel.publish(names.eventExchange, 'Order.OrderPaid.1', Buffer.from('event'));
    channel.publish(names.commandExchange, 'Payment.RefundPayment', Buffer.from('command'));
    await channel.waitForConfirms();
    const count = async (queue: string) => (await channel.checkQueue(queue)).messageCount;
    await eventually(async () => expect(await count(names.eventQueue('projections', 1))).toBe(1));
    await eventually(async () => expect(await count(names.eventQueue('fulfilment', 1))).toBe(1));
    await eventually(async () => expect(await count(names.commandQueue('Payment'))).toBe(1));
    expect(await count(names.eventQueue('projections', 0))).toBe(0);
    expect(await count(names.commandQueue('Order'))).toBe(0);
  });

  it('is one clear error when the broker has it otherwise', async () => {
    const queue = topologyNames(vhost.prefix).eventQueue('projections', 0);
    const channel = await direct.createChannel();
    await channel.assertQueue(queue, { durable: true });
    const declaring = declareEventTopology(broker, { prefix: vhost.prefix, groups, partitions: [0] });
    await expect(declaring).rejects.toBeInstanceOf(TopologyMismatchError);
    await expect(declaring).rejects.toMatchObject({ code: 'topology_mismatch', entity: `queue ${queue}` });
  });
});
