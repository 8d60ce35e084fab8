import { eventually } from '@tidemark/test-servers';
import type { ConsumeMessage } from 'amqplib';
import { declareEventTopology, topologyNames } from '../broker/topology';
import { tapBroker } from '../faults/tapped-broker.fixture';
import { testKeys } from '../signing/test-keys.fixture';
import { InMemoryLog } from './in-memory-log.fixture';
import type { LogReader } from './log-reader';
import { PostgresWakeSource } from './postgres-wake-source';
import { RelayGroup, type RelayGroupOptions } from './relay-group';
import { createTestBed, type TestBed } from './test-bed.fixture';

let bed: TestBed;
let log: InMemoryLog;
let relays: RelayGroup[];

beforeEach(async () => {
  bed = await createTestBed();
  log = new InMemoryLog();
  relays = [];
});
afterEach(async () => {
  await Promise.all(relays.map((relay) => relay.stop()));
  await bed.dispose();
});

function startRelay(options: Partial<RelayGroupOptions> = {}): RelayGroup {
  const relay = new RelayGroup({
    broker: bed.broker,
    keys: testKeys,
    log,
    store: bed.store('relay'),
    partitions: 2,
    prefix: bed.prefix,
    groups: ['projections'],
    pollIntervalMs: 50,
    leaseMs: 1_000,
    minBackoffMs: 10,
    maxBackoffMs: 100,
    ...options,
  });
  relays.push(relay);
  relay.start();
  return relay;
}

const queueOf = (partition: number) => topologyNames(bed.prefix).eventQueue('projections', partition);
const positionsOf = (messages: ConsumeMessage[]) =>
  messages.map(({ content }) => (JSON.parse(content.toString()) as { position: number }).position);
const upTo = (head: number) => Array.from({ length: head }, (_, index) => index + 1);

async function published(partition: number): Promise<number | undefined> {
  return (await bed.store('relay').loadCheckpoint(partition))?.position;
}

/** Expects that no position is skipped. The sequence may go back and repeat positions. */
function expectNothingSkipped(positions: number[], head: number): void {
  let last = 0;
  for (const position of positions) {
    expect(position).toBeLessThanOrEqual(last + 1);
    last = Math.max(last, position);
  }
  expect(last).toBe(head);
}

describe('RelayGroup', () => {
  it('publishes every event once and in order, and records it', async () => {
    const events = log.append(0, 1_234);
    log.append(1, 3);
    const relay = startRelay({ leaseMs: 10_000 });
    await eventually(async () => expect(await published(0)).toBe(1_234));
    await eventually(async () => expect(await published(1)).toBe(3));
    const messages = await bed.drain(queueOf(0));
    expect(positionsOf(messages)).toEqual(upTo(1_234));
    expect(positionsOf(await bed.drain(queueOf(1)))).toEqual([1, 2, 3]);
    expect(JSON.parse(messages[6]!.content.toString())).toEqual(events[6]);
    expect(messages[6]).toMatchObject({
      fields: { routingKey: 'Counter.Counted.0' },
      properties: {
        messageId: events[6]!.eventId,
        type: 'Counted',
        contentType: 'application/json',
        correlationId: 'correlation-7',
        deliveryMode: 2,
        headers: { partition: 0, position: 7, traceparent: events[6]!.metadata.traceparent },
      },
    });
    const epoch: unknown = expect.any(Number);
    expect(await relay.status()).toEqual([
      expect.objectContaining({ partition: 0, head: 1_234, published: 1_234, backlog: 0, epoch }),
      expect.objectContaining({ partition: 1, head: 3, published: 3, backlog: 0, epoch }),
    ]);
  });

  it('continues when it is woken, without waiting for the next poll', async () => {
    const relay = startRelay({ pollIntervalMs: 3_600_000 });
    log.append(0, 1);
    await eventually(async () => {
      relay.wake(0);
      expect(await published(0)).toBe(1);
    });
  });

  it('is woken by a notification of the database', async () => {
    const wakeSource = new PostgresWakeSource({ databaseUrl: bed.databaseUrl });
    startRelay({ pollIntervalMs: 3_600_000, wakeSource });
    try {
      log.append(1, 1);
      await eventually(async () => {
        await bed.pool.query(`SELECT pg_notify('tidemark_appended', '1')`);
        expect(await published(1)).toBe(1);
      });
    } finally {
      await wakeSource.close();
    }
  });

  it('skips nothing when its connection is cut during a window', async () => {
    startRelay({ windowSize: 20 });
    for (let round = 1; round <= 10; round += 1) {
      log.append(0, 100);
      await eventually(async () => expect(await published(0)).toBeGreaterThanOrEqual(round * 100 - 60));
      bed.proxy.cut();
    }
    await eventually(async () => expect(await published(0)).toBe(1_000));
    expectNothingSkipped(positionsOf(await bed.drain(queueOf(0))), 1_000);
  });

  it('keeps the backlog while there is no broker, and publishes it afterwards', async () => {
    bed.proxy.partition();
    log.append(0, 50);
    startRelay();
    await eventually(async () => expect(await published(0)).toBe(0));
    bed.proxy.heal();
    await eventually(async () => expect(await published(0)).toBe(50));
    expect(positionsOf(await bed.drain(queueOf(0)))).toEqual(upTo(50));
  });

  it('does not advance past an event that no queue takes', async () => {
    log.append(0, 3);
    const relay = startRelay({ groups: [] });
    await eventually(async () =>
      expect((await relay.status())[0]).toMatchObject({ error: 'unroutable_message' }),
    );
    expect(await published(0)).toBe(0);
    await declareEventTopology(bed.broker, {
      prefix: bed.prefix,
      groups: ['projections'],
      partitions: [0, 1],
    });
    await eventually(async () => expect(await published(0)).toBe(3));
    expectNothingSkipped(positionsOf(await bed.drain(queueOf(0))), 3);
    expect((await relay.status())[0]).not.toHaveProperty('error');
  });

  it('does not advance past an event that the broker refuses', async () => {
    await declareEventTopology(bed.broker, { prefix: bed.prefix, groups: [], partitions: [] });
    const full = `${bed.prefix}.full`;
    await bed.channel.assertQueue(full, {
      arguments: { 'x-max-length': 1, 'x-overflow': 'reject-publish' },
    });
    await bed.channel.bindQueue(full, topologyNames(bed.prefix).eventExchange, '*.*.0');
    log.append(0, 20);
    const relay = startRelay();
    await eventually(async () =>
      expect((await relay.status())[0]).toMatchObject({ error: 'not_confirmed', published: 0 }),
    );
    expect(await bed.inspect(full)).toMatchObject({ ready: 1 });
    await bed.channel.deleteQueue(full);
    await eventually(async () => expect(await published(0)).toBe(20));
    expectNothingSkipped(positionsOf(await bed.drain(queueOf(0))), 20);
  });

  it('does not advance past an event that the broker does not confirm in time', async () => {
    let isSilent = true;
    const drop = () => {};
    tapBroker(bed.broker, {
      publish: (publish) => (exchange, key, content, options, confirm) =>
        publish(exchange, key, content, options, isSilent ? drop : confirm),
    });
    log.append(0, 20);
    const relay = startRelay({ confirmTimeoutMs: 100 });
    await eventually(async () =>
      expect((await relay.status())[0]).toMatchObject({ error: 'not_confirmed', published: 0 }),
    );
    isSilent = false;
    await eventually(async () => expect(await published(0)).toBe(20));
    expectNothingSkipped(positionsOf(await bed.drain(queueOf(0))), 20);
  });

  it('holds few large events in memory, without a broker and after its return', async () => {
    const eventBytes = 20_000;
    const maxWindowBytes = 100_000;
    const reads = new Map<number, number[]>();
    const large: LogReader = {
      heads: () => log.heads(),
      async readPartition(partition, from, limit) {
        const events = await log.readPartition(partition, from, limit);
        reads.set(partition, [...(reads.get(partition) ?? []), events.length]);
        return events.map((event) => ({ ...event, data: 'x'.repeat(eventBytes) }));
      },
    };
    bed.proxy.partition();
    log.append(0, 100);
    log.append(1, 100);
    startRelay({ log: large, maxWindowBytes, pollIntervalMs: 3_600_000 });
    await eventually(() => expect([...reads.values()]).toEqual([[32], [32]]));
    bed.proxy.heal();
    await eventually(async () => expect([await published(0), await published(1)]).toEqual([100, 100]));
    for (const [, ...sizes] of reads.values()) {
      expect(Math.max(...sizes) * eventBytes).toBeLessThanOrEqual(maxWindowBytes);
    }
    expect(positionsOf(await bed.drain(queueOf(0)))).toEqual(upTo(100));
  });

  it('declares a deleted queue again', async () => {
    log.append(0, 1);
    startRelay();
    await eventually(async () => expect(await published(0)).toBe(1));
    await bed.channel.deleteQueue(queueOf(0));
    log.append(0, 2);
    await eventually(async () => expect(await published(0)).toBe(3));
    expect(positionsOf(await bed.drain(queueOf(0)))).toEqual([2, 3]);
  });

  it('records nothing once its lease was superseded', async () => {
    log.append(0, 10);
    const store = bed.store('relay');
    await declareEventTopology(bed.broker, { prefix: bed.prefix, groups: ['projections'], partitions: [0] });
    let reached = () => {};
    let go = () => {};
    const reading = new Promise<void>((resolve) => (reached = resolve));
    const mayGo = new Promise<void>((resolve) => (go = resolve));
    log.onRead = async (partition) => {
      if (partition === 0) {
        reached();
        await mayGo;
      }
    };
    const relay = startRelay({ leaseMs: 300_000 });
    await reading;

    await bed.pool.query(
      `UPDATE messaging.consumer_leases SET expires_at = clock_timestamp() WHERE partition = 0`,
    );
    const thief = (await store.acquire(0, 'thief', 240_000))!;
    await store.advance(thief, { position: 0 }, { position: 4, eventId: 'four' });
    go();

    await eventually(async () => expect(positionsOf(await bed.drain(queueOf(0)))).toEqual(upTo(10)));
    await relay.stop();
    expect(await store.loadCheckpoint(0)).toEqual({ position: 4, eventId: 'four' });
    expect((await store.partitions())[0]).toMatchObject({ owner: 'thief', epoch: thief.epoch });
  });

  it('does not let a fault of one partition affect another', async () => {
    log.onRead = (partition) => {
      if (partition === 0) {
        throw new Error('unreadable');
      }
    };
    log.append(0, 1);
    log.append(1, 5);
    const relay = startRelay();
    await eventually(async () => expect(await published(1)).toBe(5));
    await eventually(async () =>
      expect((await relay.status())[0]).toMatchObject({ published: 0, error: 'Error' }),
    );
    log.onRead = () => {};
    await eventually(async () => expect(await published(0)).toBe(1));
  });

  it('starts over when its store was lost', async () => {
    log.append(0, 5);
    startRelay();
    await eventually(async () => expect(await published(0)).toBe(5));
    await bed.loseStore();
    await eventually(async () => expect(await published(0)).toBe(5));
    expect(positionsOf(await bed.drain(queueOf(0)))).toEqual([...upTo(5), ...upTo(5)]);
  });

  it('stops a partition if the log no longer has the last published event', async () => {
    log.append(0, 5);
    const first = startRelay();
    await eventually(async () => expect(await published(0)).toBe(5));
    await first.stop();
    log.truncate(0, 3);
    log.append(0, 4);
    const second = startRelay();
    await eventually(async () => expect((await second.status())[0]).toMatchObject({ error: 'log_diverged' }));
    expect(await published(0)).toBe(5);
  });

  it('shares the partitions with a second replica, and gives them to it when it stops', async () => {
    const first = startRelay({ owner: 'first' });
    const owners = async () => (await first.status()).map(({ owner }) => owner).sort();
    await eventually(async () => expect(await owners()).toEqual(['first', 'first']));
    startRelay({ owner: 'second' });
    await eventually(async () => expect(await owners()).toEqual(['first', 'second']));
    await first.stop();
    await eventually(async () => expect(await owners()).toEqual(['second', 'second']));
    log.append(0, 2);
    log.append(1, 2);
    await eventually(async () => expect([await published(0), await published(1)]).toEqual([2, 2]));
  });
});
