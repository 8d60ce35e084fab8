import type { EventEnvelope } from '@tidemark/kernel';
import { eventually } from '@tidemark/test-servers';
import { declareEventTopology } from '../broker/topology';
import { BrokerUnavailableError, LeaseLostError } from '../errors';
import { overrideMethods } from '../faults/override-methods.fixture';
import type { PostgresGroupStore } from '../leases/postgres-group-store';
import { ParkedWork } from '../parked/parked-work';
import type { PostgresParkedStore } from '../parked/postgres-parked-store';
import { signedEvent } from '../signing/test-keys.fixture';
import { ConsumerGroup, type ConsumerGroupOptions } from './consumer-group';
import { countedCodec, InMemoryLog } from './in-memory-log.fixture';
import type { ParkedBatch, PartitionBatch } from './partition-handler';
import { RecordingHandler } from './recording-handler.fixture';
import { createTestBed, type TestBed } from './test-bed.fixture';

let bed: TestBed;
let log: InMemoryLog;
let store: PostgresGroupStore;
let parked: PostgresParkedStore;
let handler: RecordingHandler;
let work: ParkedWork;
let groups: ConsumerGroup[];

beforeEach(async () => {
  bed = await createTestBed();
  log = new InMemoryLog();
  store = bed.store('projections');
  parked = bed.parked('projections');
  handler = new RecordingHandler(store, parked);
  work = new ParkedWork({ store: parked, log });
  groups = [];
  await declareEventTopology(bed.broker, { prefix: bed.prefix, groups: ['projections'], partitions: [0] });
});
afterEach(async () => {
  await Promise.all(groups.map((group) => group.stop()));
  await bed.dispose();
});

function startGroup(options: Partial<ConsumerGroupOptions> = {}): ConsumerGroup {
  const group = new ConsumerGroup({
    group: 'projections',
    partitions: 1,
    store,
    parked,
    log,
    codec: countedCodec,
    delivery: bed.brokerDelivery(),
    handler,
    idleCheckMs: 50,
    leaseMs: 500,
    minBackoffMs: 1,
    maxBackoffMs: 5,
    maxAttempts: 3,
    handlerTimeoutMs: 200,
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

/** The streams A, B, A, B, A … in turn, so that A has the odd positions. */
const both = (pairs: number) => Array.from({ length: pairs }, () => ['A', 'B']).flat();
const holds = (batch: PartitionBatch | ParkedBatch, position: number) =>
  batch.events.some((event) => event.position === position);

function failAt(position: number): { mend(): void } {
  let isBroken = true;
  handler.before = (batch) => {
    if (isBroken && holds(batch, position)) {
      throw new RangeError('poison');
    }
  };
  return { mend: () => (isBroken = false) };
}

/** Waits for the one parked stream. */
function theParked() {
  return eventually(async () => {
    const items = await work.page({ limit: 10 });
    expect(items).toHaveLength(1);
    return items[0]!;
  });
}

async function reached(position: number): Promise<void> {
  await eventually(async () => expect(await store.loadCheckpoint(0)).toMatchObject({ position }));
}

async function expectAB(a: readonly number[], b: readonly number[]): Promise<void> {
  await eventually(() => {
    expect(handler.positionsOf('A')).toEqual(a);
    expect(handler.positionsOf('B')).toEqual(b);
  });
}

async function resolved(id: string): Promise<void> {
  await eventually(async () => expect(await work.find(id)).toMatchObject({ status: 'RESOLVED' }));
}

describe("an event that can't take effect", () => {
  it.each([
    ['the handler throws', 'RangeError', () => void failAt(3)],
    [
      'the handler hangs',
      'handler_timed_out',
      () => {
        handler.before = (batch) => (holds(batch, 3) ? new Promise<void>(() => {}) : undefined);
      },
    ],
    ['its type is unknown', 'unknown_event_type', () => log.change(0, 3, { type: 'Recounted' })],
    [
      'its version is newer than the code',
      'newer_schema_version',
      () => log.change(0, 3, { schemaVersion: 9 }),
    ],
  ])('parks its stream while the other streams continue, because %s', async (_, code, poison) => {
    const events = log.appendTo(0, ...both(4));
    poison();
    const group = startGroup();
    await expectAB([1], [2, 4, 6, 8]);
    const item = await theParked();
    expect(item).toMatchObject({
      group: 'projections',
      partition: 0,
      streamId: 'A',
      streamType: 'Counter',
      status: 'PARKED',
      event: { position: 3, version: 2, eventId: events[2]!.eventId },
      error: { code },
      attempts: 3,
      waiting: 2,
      acts: [{ act: 'parked', at: item.parkedAt }],
    });
    publish(log.appendTo(0, ...both(1)));
    await reached(10);
    await expectAB([1], [2, 4, 6, 8, 10]);
    await eventually(async () => {
      const [status] = await group.status();
      expect(status).toMatchObject({ lag: 0, parked: 1 });
      expect(status).not.toHaveProperty('error');
    });
    expect(await work.find(item.id)).toMatchObject({ waiting: 3 });
  });

  it('stays parked over a restart', async () => {
    failAt(3);
    log.appendTo(0, ...both(3));
    const first = startGroup();
    await expectAB([1], [2, 4, 6]);
    await first.stop();
    log.appendTo(0, ...both(2));
    startGroup();
    await expectAB([1], [2, 4, 6, 8, 10]);
    expect(await theParked()).toMatchObject({ waiting: 3 });
  });

  it('does not make each good event of its batch wait', async () => {
    failAt(399);
    log.appendTo(0, ...both(200));
    const startedAt = performance.now();
    startGroup({ minBackoffMs: 100, maxBackoffMs: 100 });
    await theParked();
    // If each event waited once, it would take 40 s.
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it('is parked only once if the answer to the record of the parking is lost', async () => {
    failAt(3);
    log.appendTo(0, ...both(3));
    let isAway = true;
    const flaky = Object.create(parked, {
      park: {
        value: async (...args: Parameters<PostgresParkedStore['park']>) => {
          await parked.park(...args);
          if (isAway) {
            isAway = false;
            throw new BrokerUnavailableError('the answer was lost');
          }
        },
      },
    }) as PostgresParkedStore;
    startGroup({ parked: flaky });
    await expectAB([1], [2, 4, 6]);
    expect(await theParked()).toMatchObject({ acts: [{ act: 'parked' }] });
  });
});

describe('a parked stream', () => {
  it('applies all waiting events, in order and once, when it is retried after the cause is gone', async () => {
    const poison = failAt(3);
    log.appendTo(0, ...both(4));
    const group = startGroup();
    await expectAB([1], [2, 4, 6, 8]);
    const { id } = await theParked();
    poison.mend();
    expect(await work.request(id, 'retry', 'ann')).toMatchObject({ status: 'RETRY_REQUESTED', waiting: 2 });
    expect(await work.request(id, 'discard', 'bob')).toBe('not_parked');
    await resolved(id);
    await expectAB([1, 3, 5, 7], [2, 4, 6, 8]);
    publish(log.appendTo(0, ...both(1)));
    await expectAB([1, 3, 5, 7, 9], [2, 4, 6, 8, 10]);
    const [{ owner } = {}] = await group.status();
    expect(await work.find(id)).toMatchObject({
      waiting: 0,
      acts: [
        { act: 'parked', actor: owner },
        { act: 'retry_requested', actor: 'ann' },
        { act: 'retried', actor: owner },
      ],
    });
    expect((await group.status())[0]).toMatchObject({ parked: 0 });
  });

  it('stays parked at the next event that fails, after earlier events took effect', async () => {
    let broken = 3;
    handler.before = (batch) => {
      if (holds(batch, broken)) {
        throw new RangeError(`poison at ${broken}`);
      }
    };
    log.appendTo(0, ...both(8));
    startGroup();
    const { id } = await theParked();
    await reached(16);
    broken = 11;
    await work.request(id, 'retry', 'ann');
    await expectAB([1, 3, 5, 7, 9], [2, 4, 6, 8, 10, 12, 14, 16]);
    await eventually(async () =>
      expect(await work.find(id)).toMatchObject({
        status: 'PARKED',
        event: { position: 11 },
        error: { message: 'poison at 11' },
        attempts: 1,
        waiting: 2,
        acts: [{ act: 'parked' }, { act: 'retry_requested' }, { act: 'failed_again' }],
      }),
    );
    broken = 0;
    await work.request(id, 'retry', 'ann');
    await resolved(id);
    expect(handler.positionsOf('A')).toEqual([1, 3, 5, 7, 9, 11, 13, 15]);
  });

  it('gives up the discarded event, and applies the rest', async () => {
    failAt(3);
    log.appendTo(0, ...both(4));
    startGroup();
    const { id } = await theParked();
    await reached(8);
    await work.request(id, 'discard', 'ann');
    await resolved(id);
    await expectAB([1, 5, 7], [2, 4, 6, 8]);
    expect(await work.find(id)).toMatchObject({
      discarded: [{ position: 3, version: 2 }],
      acts: [
        { act: 'parked' },
        { act: 'discard_requested', actor: 'ann' },
        { act: 'discarded' },
        { act: 'retried' },
      ],
    });
  });

  it('is resolved when the last of its events is discarded', async () => {
    failAt(7);
    log.appendTo(0, ...both(4));
    startGroup();
    const { id } = await theParked();
    await work.request(id, 'discard', 'ann');
    await resolved(id);
    log.appendTo(0, ...both(1));
    await expectAB([1, 3, 5, 9], [2, 4, 6, 8, 10]);
  });

  it('is retried by a replica that starts after the request', async () => {
    const poison = failAt(3);
    log.appendTo(0, ...both(4));
    const first = startGroup();
    const { id } = await theParked();
    await reached(8);
    await first.stop();
    poison.mend();
    await work.request(id, 'retry', 'ann');
    startGroup();
    await resolved(id);
    await expectAB([1, 3, 5, 7], [2, 4, 6, 8]);
  });

  it('is retried while the partition is busy and another of its events keeps failing', async () => {
    const poison = failAt(3);
    log.appendTo(0, ...both(2));
    startGroup();
    const { id } = await theParked();
    poison.mend();
    handler.before = (batch) => {
      if (holds(batch, 6)) {
        throw new BrokerUnavailableError('not now');
      }
    };
    log.appendTo(0, ...both(1));
    await reached(5);
    await work.request(id, 'retry', 'ann');
    await resolved(id);
    expect(handler.positionsOf('A')).toEqual([1, 3, 5]);
  });

  it('loses and repeats nothing if its owner loses the partition during the retry', async () => {
    const poison = failAt(3);
    log.appendTo(0, ...both(6));
    const first = startGroup({ owner: 'first' });
    const { id } = await theParked();
    await reached(12);
    poison.mend();
    // Events 3 and 5 take effect. Then this owner loses its lease without noticing.
    let isOut = false;
    handler.before = (batch) => {
      if ('checkpoint' in batch && batch.events.length > 2) {
        throw new RangeError('too much at once');
      }
    };
    handler.afterParked = (batch) => {
      if (!isOut) {
        isOut = true;
        throw new LeaseLostError(batch.lease, 'out');
      }
    };
    await work.request(id, 'retry', 'ann');
    await eventually(() => expect(isOut).toBe(true));
    await first.stop();
    startGroup({ owner: 'second' });
    await resolved(id);
    await expectAB([1, 3, 5, 7, 9, 11], [2, 4, 6, 8, 10, 12]);
  });

  it('waits if the environment fails during the retry', async () => {
    const poison = failAt(3);
    log.appendTo(0, ...both(4));
    startGroup();
    const { id } = await theParked();
    await reached(8);
    poison.mend();
    let failures = 0;
    handler.before = (batch) => {
      if (holds(batch, 3) && (failures += 1) < 10) {
        throw new BrokerUnavailableError('not now');
      }
    };
    await work.request(id, 'retry', 'ann');
    await resolved(id);
    await expectAB([1, 3, 5, 7], [2, 4, 6, 8]);
    expect(failures).toBe(10);
  });
});

describe('the mark of an attempt', () => {
  it('is taken back when the store returns, if it was unavailable at the end of the attempt', async () => {
    await store.acquire(0, 'not heard of', 1);
    log.append(0, 1);
    let isAway = true;
    startGroup({
      parked: overrideMethods(parked, {
        unmark: (lease) =>
          isAway ? Promise.reject(new BrokerUnavailableError('away')) : parked.unmark(lease),
      }),
    });
    await reached(1);
    expect(await parked.lastMarked(0)).toBe(1);
    isAway = false;
    await eventually(async () => expect(await parked.lastMarked(0)).toBe(0));
  });
});
