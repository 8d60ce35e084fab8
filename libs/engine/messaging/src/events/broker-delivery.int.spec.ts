import type { EventEnvelope } from '@tidemark/kernel';
import { eventually } from '@tidemark/test-servers';
import { declareEventTopology, topologyNames } from '../broker/topology';
import { signedEvent } from '../signing/test-keys.fixture';
import { ConsumersOnTest, NEVER_MS, type DeliveryBed } from './consumers-on-test.fixture';
import { describeDelivery } from './delivery-contract.fixture';
import { countedCodec, countedEvent } from './in-memory-log.fixture';
import { createTestBed, type TestBed } from './test-bed.fixture';

interface BrokerBed
  extends DeliveryBed, Pick<TestBed, 'channel' | 'prefix' | 'inspect' | 'drain' | 'proxy'> {}

async function createBrokerBed(): Promise<BrokerBed> {
  const bed = await createTestBed();
  const { prefix, proxy, channel } = bed;
  await declareEventTopology(bed.broker, { prefix, groups: ['projections'], partitions: [0, 1] });
  return {
    ...bed,
    delivery: () => bed.brokerDelivery(),
    async listening(partition) {
      const queue = topologyNames(prefix).eventQueue('projections', partition);
      await eventually(async () => expect((await bed.inspect(queue))?.consumers).toBe(1));
    },
    announce(events) {
      for (const event of events) {
        const { exchange, routingKey, content, properties } = signedEvent(`${prefix}.events`, event);
        channel.publish(exchange, routingKey, content, properties);
      }
    },
    cut: () => proxy.cut(),
    partition: () => proxy.partition(),
  };
}

/**
 * With these times, a consumer reads the log only because of its queue: not because of the idle check or a lost lease.
 */
const patient = { idleCheckMs: NEVER_MS, leaseMs: 60_000 };

describeDelivery('BrokerDelivery', createBrokerBed);

describe('BrokerDelivery', () => {
  let bed: BrokerBed;
  let test: ConsumersOnTest;

  beforeEach(async () => {
    bed = await createBrokerBed();
    test = new ConsumersOnTest(bed);
  });
  afterEach(async () => {
    await test.stop();
    await bed.dispose();
  });

  const queueOf = (partition: number) => topologyNames(bed.prefix).eventQueue('projections', partition);

  /** Expects that nothing is left in the queue, and that nothing returns to it when the consumers stop. */
  async function expectAllAcknowledged(partition: number): Promise<void> {
    // Messages that are delivered after their events were read from the log are acknowledged too.
    await eventually(async () => expect((await bed.inspect(queueOf(partition)))?.ready).toBe(0));
    await test.stop();
    await eventually(async () =>
      expect(await bed.inspect(queueOf(partition))).toEqual({ ready: 0, consumers: 0 }),
    );
  }

  /** The events of the log as the handler gets them. */
  async function storedEvents(partition: number): Promise<readonly EventEnvelope[]> {
    const stored = await test.log.readPartition(partition, 1, 1_000);
    return stored.map((event) => ({ ...event, data: countedCodec.decode(event).data }));
  }

  it('acknowledges the applied events, and returns the others in order when it is stopped', async () => {
    const { handler } = test;
    const group = test.start({ ...patient, maxBatch: 2 });
    await bed.listening(0);
    let reached = () => {};
    let go = () => {};
    const inHandler = new Promise<void>((resolve) => (reached = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    handler.before = async () => {
      reached();
      await mayGo;
    };
    test.append(0, 1);
    await inHandler;
    test.append(0, 2);
    const stopped = group.stop();
    go();
    await stopped;
    expect(handler.positions(0)).toEqual([1]);
    const rest = await eventually(async () => {
      const messages = await bed.drain(queueOf(0));
      expect(messages).not.toEqual([]);
      return messages;
    });
    expect(rest.map(({ properties }) => properties.headers!['position'] as number)).toEqual([2, 3]);
  });

  it('applies each event once and in order if the queue repeats, shuffles and loses events', async () => {
    test.start({ ...patient, maxBatch: 7 });
    await bed.listening(0);
    const events = test.log.append(0, 300);
    const shuffled = events
      .flatMap((event, index) => (index % 10 === 4 ? [] : index % 7 === 0 ? [event, event] : [event]))
      .map((event, index) => ({ event, order: index + (index % 5) * 8 }))
      .sort((a, b) => a.order - b.order)
      .map(({ event }) => event);
    bed.announce(shuffled);
    bed.announce(events.slice(-1));
    await test.expectApplied(0, 300);
    await expectAllAcknowledged(0);
  });

  it('finds the events that a purge removed, even the last event before a quiet time', async () => {
    const events = test.log.append(0, 500);
    bed.announce(events.slice(0, 400));
    await bed.channel.purgeQueue(queueOf(0));
    test.start();
    await test.expectApplied(0, 500);
    test.log.append(0, 1);
    await test.expectApplied(0, 501);
  });

  it('catches up from the log before it takes the messages of a full queue', async () => {
    const events = test.log.append(0, 450);
    bed.announce(events);
    test.start({ ...patient });
    await test.expectApplied(0, 450);
    await bed.listening(0);
    test.append(0, 1);
    await test.expectApplied(0, 451);
    await expectAllAcknowledged(0);
  });

  it('declares its queue again if the queue is deleted', async () => {
    test.start({ ...patient });
    await bed.listening(0);
    await bed.channel.deleteQueue(queueOf(0));
    await bed.listening(0);
    test.append(0, 3);
    await test.expectApplied(0, 3);
  });

  it('drops a message that is not an event of the partition, and takes the event from the log', async () => {
    test.start({ ...patient });
    await bed.listening(0);
    const [first, second, third] = test.log.append(0, 3);
    bed.announce([first!]);
    bed.channel.publish(`${bed.prefix}.events`, 'Counter.Counted.0', Buffer.from('{ "eventId": '));
    bed.channel.publish(`${bed.prefix}.events`, 'Counter.Counted.0', Buffer.from('{ "eventId": 7 }'));
    const foreign = { ...second!, partition: 1 };
    bed.channel.publish(`${bed.prefix}.events`, 'Counter.Counted.0', Buffer.from(JSON.stringify(foreign)));
    bed.announce([third!]);
    await test.expectApplied(0, 3);
    expect(test.handler.positions(1)).toEqual([]);
    await expectAllAcknowledged(0);
  });

  it('drops an event that the log does not have, and keeps consuming', async () => {
    test.log.append(0, 3);
    const group = test.start({ ...patient, minBackoffMs: NEVER_MS, maxBackoffMs: NEVER_MS });
    await bed.listening(0);
    await test.expectApplied(0, 3);
    bed.announce([countedEvent(0, 7)]);
    test.append(0, 2);
    await test.expectApplied(0, 5);
    expect((await group.status())[0]).not.toHaveProperty('error');
    test.append(0, 4);
    await test.expectApplied(0, 9);
    expect(test.handler.applied).toEqual(await storedEvents(0));
    await expectAllAcknowledged(0);
  });

  it('drops the events that a queue kept from before the log was restored', async () => {
    test.append(0, 300);
    test.log.truncate(0, 8);
    const group = test.start({ ...patient });
    await bed.listening(0);
    await eventually(async () => expect((await bed.inspect(queueOf(0)))?.ready).toBe(0));
    test.append(0, 300);
    await test.expectApplied(0, 308);
    expect(test.handler.applied).toEqual(await storedEvents(0));
    expect((await group.status())[0]).not.toHaveProperty('error');
    await expectAllAcknowledged(0);
  });

  it('checks events against the log if they were queued while its connection was lost', async () => {
    test.start({ ...patient });
    await bed.listening(0);
    test.append(0, 5);
    await test.expectApplied(0, 5);
    bed.proxy.partition();
    bed.announce([countedEvent(0, 6), countedEvent(0, 7)]);
    bed.proxy.heal();
    test.append(0, 3);
    await test.expectApplied(0, 8);
    expect(test.handler.applied).toEqual(await storedEvents(0));
    await expectAllAcknowledged(0);
  });
});
