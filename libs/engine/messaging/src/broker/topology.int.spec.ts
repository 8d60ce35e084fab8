import { eventually } from '@tidemark/test-servers';
import type { Options } from 'amqplib';
import { TopologyMismatchError } from '../errors';
import { BrokerDelivery } from '../events/broker-delivery';
import { ConsumerGroup } from '../events/consumer-group';
import { countedCodec, InMemoryLog } from '../events/in-memory-log.fixture';
import { RecordingHandler } from '../events/recording-handler.fixture';
import { RelayGroup } from '../events/relay-group';
import { createTestBed, type TestBed } from '../events/test-bed.fixture';
import { silentLogger, type Logger } from '../logger';
import { testKeys } from '../signing/test-keys.fixture';
import { BrokerConnection } from './broker-connection';
import { declareCommandTopology, declareEventTopology, topologyNames } from './topology';

const groups = ['projections', 'fulfilment'];
let bed: TestBed;
let names: ReturnType<typeof topologyNames>;

beforeEach(async () => {
  bed = await createTestBed();
  names = topologyNames(bed.prefix);
});
afterEach(() => bed.dispose());

const declareEvents = () =>
  declareEventTopology(bed.broker, { prefix: bed.prefix, groups, partitions: [0, 1] });
const declareCommands = () =>
  declareCommandTopology(bed.broker, { prefix: bed.prefix, streamTypes: ['Order', 'Payment'] });
const eventQueueArguments = () => ({
  'x-queue-type': 'quorum',
  'x-delivery-limit': 1_000,
  'x-overflow': 'reject-publish',
  'x-dead-letter-exchange': names.deadExchange,
  'x-dead-letter-strategy': 'at-least-once',
});
const assertQueue = (queue: string, options: Options.AssertQueue['arguments']) =>
  bed.channel.assertQueue(queue, { durable: true, arguments: options as object });

describe('the topology', () => {
  it('can be declared again and again, and routes by partition and by stream type', async () => {
    for (let round = 0; round < 2; round += 1) {
      await declareEvents();
      await declareCommands();
    }
    bed.channel.publish(names.eventExchange, 'Order.OrderPaid.1', Buffer.from('event'));
    bed.channel.publish(names.commandExchange, 'Payment.RefundPayment', Buffer.from('command'));
    const count = async (queue: string) => (await bed.inspect(queue))?.ready;
    await eventually(async () => expect(await count(names.eventQueue('projections', 1))).toBe(1));
    await eventually(async () => expect(await count(names.eventQueue('fulfilment', 1))).toBe(1));
    await eventually(async () => expect(await count(names.commandQueue('Payment'))).toBe(1));
    expect(await count(names.eventQueue('projections', 0))).toBe(0);
    expect(await count(names.commandQueue('Order'))).toBe(0);
  });

  // The broker refuses to declare a queue again with other arguments, so a successful declaration shows that the
  // arguments are equal.
  it('gives each queue its delivery limit, dead-lettering and length behaviour', async () => {
    await declareEvents();
    await declareCommands();
    await assertQueue(names.eventQueue('projections', 0), eventQueueArguments());
    await assertQueue(names.commandQueue('Order'), { ...eventQueueArguments(), 'x-delivery-limit': 20 });
    await assertQueue(names.deadQueue, {
      'x-queue-type': 'quorum',
      'x-delivery-limit': 1_000_000,
      'x-overflow': 'reject-publish',
    });
  });

  it.each([
    ['another delivery limit', { 'x-delivery-limit': 3 }],
    ['no delivery limit', { 'x-delivery-limit': undefined }],
    ['another dead-letter exchange', { 'x-dead-letter-exchange': 'elsewhere' }],
    ['dead-lettering that may lose messages', { 'x-dead-letter-strategy': 'at-most-once' }],
    ['another length behaviour', { 'x-overflow': 'drop-head' }],
    ['a length limit', { 'x-max-length': 10 }],
  ])('throws one clear error if a queue has %s', async (_, otherwise) => {
    const queue = names.eventQueue('projections', 1);
    await assertQueue(queue, { ...eventQueueArguments(), ...otherwise });
    const declaring = declareEvents();
    await expect(declaring).rejects.toBeInstanceOf(TopologyMismatchError);
    await expect(declaring).rejects.toMatchObject({ code: 'topology_mismatch', entity: `queue ${queue}` });
  });

  it('throws one clear error if a queue is of another type', async () => {
    await assertQueue(names.deadQueue, {});
    await expect(declareCommands()).rejects.toMatchObject({ entity: `queue ${names.deadQueue}` });
  });

  it('throws one clear error if an exchange is of another type', async () => {
    await bed.channel.assertExchange(names.eventExchange, 'fanout');
    await expect(declareEvents()).rejects.toMatchObject({ entity: `exchange ${names.eventExchange}` });
  });
});

describe('a queue that exists with other properties', () => {
  const MISMATCHED = 1;
  let broker: BrokerConnection;
  let log: InMemoryLog;
  let said: { level: string; facts: object }[];
  let logger: Logger;
  let queue: string;

  beforeEach(async () => {
    log = new InMemoryLog();
    said = [];
    logger = {
      ...silentLogger,
      error: (facts) => said.push({ level: 'error', facts }),
      // A busy machine also warns of leases that it can not renew in time.
      warn: (facts) => 'entity' in facts && said.push({ level: 'warn', facts }),
      info: (facts) => 'entity' in facts && said.push({ level: 'info', facts }),
    };
    broker = new BrokerConnection({ url: bed.proxy.url, logger });
    queue = names.eventQueue('projections', MISMATCHED);
    await assertQueue(queue, { 'x-queue-type': 'quorum' });
  });

  afterEach(() => broker.close());

  /** Each repeated declaration opens a channel of its own. */
  function countChannels(): () => number {
    const open = jest.spyOn(broker, 'openChannel');
    return () => open.mock.calls.length;
  }

  async function expectSaidOnceAndForgotten(service: RelayGroup | ConsumerGroup): Promise<void> {
    const channels = countChannels();
    const status = async () => (await service.status()).map(({ error }) => error);
    await eventually(() => expect(service.errorCode).toBe('topology_mismatch'));
    await eventually(async () => expect(await status()).toEqual([undefined, 'topology_mismatch']));
    await eventually(() => expect(channels()).toBeGreaterThan(20));
    const entity = `queue ${queue}`;
    expect(said).toEqual([{ level: 'error', facts: expect.objectContaining({ entity }) }]);

    await bed.channel.deleteQueue(queue);
    await eventually(() => expect(service.errorCode).toBeUndefined());
    await eventually(async () => expect(await status()).toEqual([undefined, undefined]));
    expect(said.slice(1)).toEqual([{ level: 'info', facts: { entity } }]);
  }

  const common = () => ({
    broker,
    prefix: bed.prefix,
    partitions: 2,
    keys: testKeys,
    log,
    logger,
    leaseMs: 1_000,
    minBackoffMs: 5,
    maxBackoffMs: 20,
  });

  it.each([
    ['even if there is nothing to publish', 0],
    ['even if publishing is retried again and again', 3],
  ])(
    'is logged once by a relay, %s, and the relay continues once the queue is deleted',
    async (_, events) => {
      log.append(MISMATCHED, events);
      const relay = new RelayGroup({ ...common(), store: bed.store('relay'), groups: ['projections'] });
      relay.start();
      try {
        await expectSaidOnceAndForgotten(relay);
        log.append(MISMATCHED, 1);
        relay.wake(MISMATCHED);
        await eventually(async () => expect(await bed.drain(queue)).toHaveLength(events + 1));
      } finally {
        await relay.stop();
      }
    },
  );

  it('is logged once by a consumer, which continues from the log meanwhile', async () => {
    const store = bed.store('projections');
    const handler = new RecordingHandler(store, bed.parked('projections'));
    log.append(MISMATCHED, 3);
    const group = new ConsumerGroup({
      ...common(),
      delivery: new BrokerDelivery(common()),
      group: 'projections',
      store,
      parked: bed.parked('projections'),
      codec: countedCodec,
      handler,
      idleCheckMs: 20,
    });
    group.start();
    try {
      await eventually(() => expect(handler.positions(MISMATCHED)).toEqual([1, 2, 3]));
      await expectSaidOnceAndForgotten(group);
      await eventually(async () => expect((await bed.inspect(queue))?.consumers).toBe(1));
    } finally {
      await group.stop();
    }
  });
});
