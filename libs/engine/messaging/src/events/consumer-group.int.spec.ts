import type { EventEnvelope } from '@tidemark/kernel';
import { eventually } from '@tidemark/testing';
import { declareEventTopology, topologyNames } from '../broker/topology';
import { BrokerUnavailableError } from '../errors';
import type { GroupStore } from '../leases/group-store';
import { signedEvent, testKeys } from '../signing/test-keys.fixture';
import { ConsumerGroup, type ConsumerGroupOptions } from './consumer-group';
import { countedCodec, countedEvent, InMemoryLog } from './in-memory-log.fixture';
import { RecordingHandler } from './recording-handler.fixture';
import { createTestBed, type TestBed } from './test-bed.fixture';

const NEVER_MS = 3_600_000;
let bed: TestBed;
let log: InMemoryLog;
let store: GroupStore;
let handler: RecordingHandler;
let groups: ConsumerGroup[];

beforeEach(async () => {
  bed = await createTestBed();
  log = new InMemoryLog();
  store = bed.store('projections');
  handler = new RecordingHandler(store, bed.parked('projections'));
  groups = [];
  await declareEventTopology(bed.broker, { prefix: bed.prefix, groups: ['projections'], partitions: [0, 1] });
});
afterEach(async () => {
  await Promise.all(groups.map((group) => group.stop()));
  await bed.dispose();
});

function startGroup(options: Partial<ConsumerGroupOptions> = {}): ConsumerGroup {
  const group = new ConsumerGroup({
    group: 'projections',
    prefix: bed.prefix,
    partitions: 2,
    store,
    parked: bed.parked('projections'),
    log,
    codec: countedCodec,
    broker: bed.broker,
    keys: testKeys,
    handler,
    idleCheckMs: 50,
    leaseMs: 1_000,
    minBackoffMs: 10,
    maxBackoffMs: 100,
    ...options,
  });
  groups.push(group);
  group.start();
  return group;
}

function publish(events: readonly EventEnvelope[]): void {
  for (const event of events) {
    const { exchange, routingKey, content, properties } = signedEvent(`${bed.prefix}.events`, event);
    bed.channel.publish(exchange, routingKey, content, properties);
  }
}

const queueOf = (partition: number) => topologyNames(bed.prefix).eventQueue('projections', partition);
const upTo = (head: number) => Array.from({ length: head }, (_, index) => index + 1);

async function expectApplied(partition: number, head: number): Promise<void> {
  await eventually(() => expect(handler.positions(partition).length).toBeGreaterThanOrEqual(head));
  expect(handler.positions(partition)).toEqual(upTo(head));
}

/** Expects that nothing is left in the queue, and that nothing returns to it when the consumers stop. */
async function expectAllAcknowledged(partition: number): Promise<void> {
  await Promise.all(groups.map((group) => group.stop()));
  await eventually(async () =>
    expect(await bed.inspect(queueOf(partition))).toEqual({ ready: 0, consumers: 0 }),
  );
}

/** The events of the log as the handler gets them. */
async function storedEvents(partition: number): Promise<readonly EventEnvelope[]> {
  const stored = await log.readPartition(partition, 1, 1_000);
  return stored.map((event) => ({ ...event, data: countedCodec.decode(event).data }));
}

async function consuming(partition: number): Promise<void> {
  await eventually(async () => expect((await bed.inspect(queueOf(partition)))?.consumers).toBe(1));
}

describe('ConsumerGroup', () => {
  it('applies delivered events, lifted, in order and in batches, and acknowledges them', async () => {
    const group = startGroup({ idleCheckMs: NEVER_MS, leaseMs: 10_000 });
    await consuming(0);
    await consuming(1);
    const events = log.append(0, 1_000);
    publish(events);
    publish(log.append(1, 3));
    await expectApplied(0, 1_000);
    await expectApplied(1, 3);
    expect(handler.batches).toBeLessThan(1_003);
    expect(handler.applied.find(({ eventId }) => eventId === events[41]!.eventId)?.data).toEqual({
      count: 42,
    });
    expect(await group.status()).toEqual([
      expect.objectContaining({
        partition: 0,
        checkpoint: { position: 1_000, eventId: events[999]!.eventId },
        head: 1_000,
        lag: 0,
        epoch: 1,
      }),
      expect.objectContaining({ partition: 1, head: 3, lag: 0 }),
    ]);
    await expectAllAcknowledged(0);
  });

  it('applies each event once and in order if the queue repeats, shuffles and loses events', async () => {
    startGroup({ idleCheckMs: NEVER_MS, maxBatch: 7 });
    await consuming(0);
    const events = log.append(0, 300);
    const shuffled = events
      .flatMap((event, index) => (index % 10 === 4 ? [] : index % 7 === 0 ? [event, event] : [event]))
      .map((event, index) => ({ event, order: index + (index % 5) * 8 }))
      .sort((a, b) => a.order - b.order)
      .map(({ event }) => event);
    publish(shuffled);
    publish(events.slice(-1));
    await expectApplied(0, 300);
    await expectAllAcknowledged(0);
  });

  it('finds the events that a purge removed, even the last event before a quiet time', async () => {
    const events = log.append(0, 500);
    publish(events.slice(0, 400));
    await bed.channel.purgeQueue(queueOf(0));
    startGroup();
    await expectApplied(0, 500);
    log.append(0, 1);
    await expectApplied(0, 501);
  });

  it('catches up from the log before it takes the messages of a full queue', async () => {
    const events = log.append(0, 450);
    publish(events);
    startGroup({ idleCheckMs: NEVER_MS });
    await expectApplied(0, 450);
    await consuming(0);
    publish(log.append(0, 1));
    await expectApplied(0, 451);
    await expectAllAcknowledged(0);
  });

  it('continues after its connection was cut several times', async () => {
    startGroup({ maxBatch: 10 });
    await consuming(0);
    for (let round = 1; round <= 8; round += 1) {
      publish(log.append(0, 100));
      await eventually(() => expect(handler.positions(0).length).toBeGreaterThan(round * 100 - 60));
      bed.proxy.cut();
    }
    await expectApplied(0, 800);
    await eventually(async () => expect(await bed.inspect(queueOf(0))).toEqual({ ready: 0, consumers: 1 }));
  });

  it('continues without a broker', async () => {
    bed.proxy.partition();
    startGroup();
    log.append(0, 20);
    await expectApplied(0, 20);
    log.append(0, 5);
    await expectApplied(0, 25);
  });

  it('declares its queue again if the queue is deleted', async () => {
    startGroup({ idleCheckMs: NEVER_MS });
    await consuming(0);
    await bed.channel.deleteQueue(queueOf(0));
    await consuming(0);
    publish(log.append(0, 3));
    await expectApplied(0, 3);
  });

  it('starts at position 1 from the log when its store was lost', async () => {
    startGroup();
    log.append(0, 10);
    await expectApplied(0, 10);
    await bed.loseStore();
    await eventually(() => expect(handler.positions(0)).toEqual([...upTo(10), ...upTo(10)]));
  });

  it('retries a failing event in place, delays the events behind it, and does not affect the other partition', async () => {
    const group = startGroup();
    let failures = 0;
    handler.before = ({ events }) => {
      if (failures < 3 && events.some(({ partition, position }) => partition === 0 && position === 5)) {
        failures += 1;
        throw new Error('not now');
      }
    };
    log.append(0, 8);
    log.append(1, 8);
    await expectApplied(1, 8);
    await expectApplied(0, 8);
    expect(failures).toBe(3);
    await eventually(async () => expect((await group.status())[0]).not.toHaveProperty('error'));
  });

  it('waits as long as the environment fails, and reports the error', async () => {
    const group = startGroup({ maxAttempts: 2, minBackoffMs: 1, maxBackoffMs: 2 });
    let failures = 0;
    let isAway = true;
    handler.before = ({ events }) => {
      if (isAway && events.some(({ partition, position }) => partition === 0 && position === 5)) {
        failures += 1;
        throw new BrokerUnavailableError('not now');
      }
    };
    log.append(0, 4);
    await expectApplied(0, 4);
    log.append(0, 4);
    await eventually(() => expect(failures).toBeGreaterThan(20));
    expect((await group.status())[0]).toMatchObject({ lag: 4, parked: 0, error: 'broker_unavailable' });
    isAway = false;
    await expectApplied(0, 8);
  });

  it('drops a message that is not an event of the partition, and takes the event from the log', async () => {
    startGroup({ idleCheckMs: NEVER_MS });
    await consuming(0);
    const [first, second, third] = log.append(0, 3);
    publish([first!]);
    bed.channel.publish(`${bed.prefix}.events`, 'Counter.Counted.0', Buffer.from('{ "eventId": '));
    bed.channel.publish(`${bed.prefix}.events`, 'Counter.Counted.0', Buffer.from('{ "eventId": 7 }'));
    const foreign = { ...second!, partition: 1 };
    bed.channel.publish(`${bed.prefix}.events`, 'Counter.Counted.0', Buffer.from(JSON.stringify(foreign)));
    publish([third!]);
    await expectApplied(0, 3);
    expect(handler.positions(1)).toEqual([]);
    await expectAllAcknowledged(0);
  });

  it('stops a partition if the log no longer has the event of its checkpoint', async () => {
    const first = startGroup();
    log.append(0, 10);
    await expectApplied(0, 10);
    await first.stop();
    log.truncate(0, 8);
    log.append(0, 5);
    const second = startGroup();
    log.append(1, 2);
    await expectApplied(1, 2);
    await eventually(async () => expect((await second.status())[0]).toMatchObject({ error: 'log_diverged' }));
    expect(handler.positions(0)).toEqual(upTo(10));
  });

  it('notices while idle that the log was restored to an earlier point', async () => {
    const group = startGroup();
    log.append(0, 10);
    await expectApplied(0, 10);
    log.truncate(0, 8);
    await eventually(async () => expect((await group.status())[0]).toMatchObject({ error: 'log_diverged' }));
  });

  it('notices the restored log by the delivered events if the log has grown again before a check', async () => {
    const group = startGroup({ idleCheckMs: NEVER_MS });
    await consuming(0);
    publish(log.append(0, 10));
    await expectApplied(0, 10);
    log.truncate(0, 8);
    publish(log.append(0, 5));
    await eventually(async () => expect((await group.status())[0]).toMatchObject({ error: 'log_diverged' }));
    expect(handler.positions(0)).toEqual(upTo(10));
  });

  it('drops an event that the log does not have, and keeps consuming', async () => {
    log.append(0, 3);
    const group = startGroup({ idleCheckMs: NEVER_MS, minBackoffMs: NEVER_MS, maxBackoffMs: NEVER_MS });
    await consuming(0);
    await expectApplied(0, 3);
    publish([countedEvent(0, 7)]);
    publish(log.append(0, 2));
    await expectApplied(0, 5);
    expect((await group.status())[0]).not.toHaveProperty('error');
    publish(log.append(0, 4));
    await expectApplied(0, 9);
    expect(handler.applied).toEqual(await storedEvents(0));
    await expectAllAcknowledged(0);
  });

  it('applies no event that a queue kept from before the log was restored', async () => {
    publish(log.append(0, 300));
    log.truncate(0, 8);
    const group = startGroup({ idleCheckMs: NEVER_MS });
    await consuming(0);
    await eventually(async () => expect((await bed.inspect(queueOf(0)))?.ready).toBe(0));
    publish(log.append(0, 300));
    await expectApplied(0, 308);
    expect(handler.applied).toEqual(await storedEvents(0));
    expect((await group.status())[0]).not.toHaveProperty('error');
    await expectAllAcknowledged(0);
  });

  it('checks events against the log if they were queued while its connection was lost', async () => {
    startGroup({ idleCheckMs: NEVER_MS });
    await consuming(0);
    publish(log.append(0, 5));
    await expectApplied(0, 5);
    bed.proxy.partition();
    publish([countedEvent(0, 6), countedEvent(0, 7)]);
    bed.proxy.heal();
    publish(log.append(0, 3));
    await expectApplied(0, 8);
    expect(handler.applied).toEqual(await storedEvents(0));
    await expectAllAcknowledged(0);
  });

  it('continues at the stored checkpoint if the outcome of a batch is unknown', async () => {
    let doubtful = 0;
    const lossy: GroupStore = Object.create(store, {
      advance: {
        value: async (...args: Parameters<GroupStore['advance']>) => {
          await store.advance(...args);
          if (args[2].position === 5) {
            doubtful += 1;
            throw new Error('the connection was lost after the commit');
          }
        },
      },
    }) as GroupStore;
    const unlucky = new RecordingHandler(lossy, bed.parked('projections'));
    startGroup({ handler: unlucky });
    log.append(0, 5);
    await eventually(async () => expect(await store.loadCheckpoint(0)).toMatchObject({ position: 5 }));
    log.append(0, 2);
    await eventually(() => expect(unlucky.positions(0)).toEqual([6, 7]));
    expect(doubtful).toBe(1);
  });

  it("takes over within a lease from a silent owner, and the store refuses that owner's late write", async () => {
    let dead = false;
    const dying = new Proxy(store, {
      get: (target, key) =>
        dead && (key === 'renew' || key === 'heartbeat')
          ? () => new Promise(() => {})
          : (target as unknown as Record<PropertyKey, (...args: unknown[]) => unknown>)[key]!.bind(target),
    });
    let release = () => {};
    const frozen = new Promise<void>((resolve) => (release = resolve));
    const zombie = new RecordingHandler(store, bed.parked('projections'));
    zombie.before = () => frozen;
    const first = new ConsumerGroup({
      group: 'projections',
      prefix: bed.prefix,
      partitions: 2,
      store: dying,
      parked: bed.parked('projections'),
      log,
      codec: countedCodec,
      broker: bed.broker,
      keys: testKeys,
      handler: zombie,
      leaseMs: 1_000,
      owner: 'zombie',
    });
    first.start();
    await consuming(0);
    publish(log.append(0, 5));
    await eventually(async () => expect((await first.status())[0]).toMatchObject({ owner: 'zombie' }));
    dead = true;
    const second = startGroup({ owner: 'successor' });
    await expectApplied(0, 5);
    release();
    await eventually(async () =>
      expect((await second.status()).map(({ owner }) => owner)).toEqual(['successor', 'successor']),
    );
    publish(log.append(0, 5));
    await expectApplied(0, 10);
    expect(zombie.applied).toEqual([]);
    await first.stop();
  });

  it('applies everything once and in order while replicas come and go', async () => {
    const replicas = 3;
    let appended = 0;
    const feed = () => {
      for (const partition of [0, 1]) {
        publish(log.append(partition, 50));
      }
      appended += 50;
    };
    const first = startGroup({ owner: 'first', maxBatch: 9 });
    for (let replica = 1; replica < replicas; replica += 1) {
      feed();
      const next = startGroup({ owner: `replica-${replica}`, maxBatch: 9 });
      await eventually(async () => {
        feed();
        const owners = new Set((await next.status()).map(({ owner }) => owner));
        expect(owners.size).toBe(2);
      });
    }
    await first.stop();
    await eventually(async () => {
      feed();
      const owners = (await first.status()).map(({ owner }) => owner);
      expect(owners).not.toContain('first');
      expect(owners).not.toContain(undefined);
    });
    feed();
    await expectApplied(0, appended);
    await expectApplied(1, appended);
  });

  it('aborts a running handler when its partition is lost', async () => {
    let aborted = false;
    startGroup();
    const begun = new Promise<void>((resolve) => {
      handler.before = (_, signal) => {
        signal.addEventListener('abort', () => (aborted = true));
        resolve();
        return new Promise(() => {});
      };
    });
    log.append(0, 1);
    await begun;
    handler.before = () => {};
    await bed.pool.query(`UPDATE messaging.consumer_leases SET expires_at = clock_timestamp()`);
    await eventually(() => expect(aborted).toBe(true));
  });

  it('finishes and acknowledges the batch under way when it is stopped', async () => {
    let reached = () => {};
    let go = () => {};
    const inHandler = new Promise<void>((resolve) => (reached = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    const group = startGroup({ idleCheckMs: NEVER_MS, maxBatch: 2 });
    await consuming(0);
    handler.before = async () => {
      reached();
      await mayGo;
    };
    publish(log.append(0, 1));
    await inHandler;
    publish(log.append(0, 2));
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
    expect((await store.partitions()).every(({ owner }) => owner === undefined)).toBe(true);
  });
});
