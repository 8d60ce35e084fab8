import fc from 'fast-check';
import { describeParkedStore } from '../contract-suites';
import { BrokerUnavailableError, HandlerProgressedError, LeaseLostError, LogDivergedError } from '../errors';
import type { Lease } from '../lease';
import { InMemoryGroup } from '../leases/in-memory-group.fixture';
import { silentLogger } from '../logger';
import { ParkedWork } from '../parked/parked-work';
import { readAfter } from './anchored-read';
import { countedCodec, InMemoryLog } from './in-memory-log.fixture';
import { PartitionApplier, type PartitionApplierOptions } from './partition-applier';
import type { ParkedBatch, PartitionBatch } from './partition-handler';
import { RecordingHandler } from './recording-handler.fixture';

describeParkedStore('InMemoryGroup', () => {
  const group = new InMemoryGroup();
  return Promise.resolve({ store: group, groupStore: group, otherGroup: new InMemoryGroup() });
});

let log: InMemoryLog;
let group: InMemoryGroup;
let handler: RecordingHandler;
let work: ParkedWork;

beforeEach(startAnew);

function startAnew(): void {
  log = new InMemoryLog();
  group = new InMemoryGroup();
  handler = new RecordingHandler(group, group);
  work = new ParkedWork({ store: group, log });
}

function applierOf(lease: Lease, options: Partial<PartitionApplierOptions> = {}): PartitionApplier {
  return new PartitionApplier({
    lease,
    group: 'test',
    store: group,
    parked: group,
    log,
    codec: countedCodec,
    handler,
    maxBatch: 5,
    maxAttempts: 3,
    maxProcessEnds: 3,
    leaseMs: 0,
    logger: silentLogger,
    ...options,
  });
}

/** Does one step of the consumer. Returns whether there was something to do. */
async function step(applier: PartitionApplier): Promise<boolean> {
  const checkpoint = await applier.resume();
  await applier.refreshRequests();
  if (applier.hasRequest) {
    await applier.carryOutRequest(checkpoint);
    return true;
  }
  const events = await readAfter(log, 0, checkpoint, applier.batchSize);
  await applier.apply(checkpoint, events);
  return events.length > 0;
}

/** Works until nothing is left, as the consumer does, but without its waits. Returns how many steps failed. */
async function workOff(applier: PartitionApplier): Promise<number> {
  let failures = 0;
  for (;;) {
    try {
      if (!(await step(applier))) {
        return failures;
      }
    } catch (error) {
      if (error instanceof LeaseLostError) {
        throw error;
      }
      failures += 1;
      applier.forget();
    }
  }
}

const holds = (batch: PartitionBatch | ParkedBatch, position: number) =>
  batch.events.some((event) => event.position === position);
const positions = () => handler.positions(0);

describe('PartitionApplier', () => {
  it('counts the attempts at the failing event, and tries its neighbours once', async () => {
    log.appendTo(0, 'A', 'A', 'B', 'A', 'B');
    handler.before = (batch) => {
      if (holds(batch, 3)) {
        throw new RangeError('poison');
      }
    };
    // The step fails once with the batch, and twice with the event alone. The third attempt alone parks the event.
    expect(await workOff(applierOf(await group.acquire(0, 'a')))).toBe(3);
    expect(positions()).toEqual([1, 2, 4]);
    expect([...group.streams.values()]).toMatchObject([{ streamId: 'B', attempts: 3 }]);
  });

  it('does not count attempts that the environment made fail', async () => {
    log.appendTo(0, 'A');
    let attempts = 0;
    handler.before = () => {
      attempts += 1;
      if (attempts < 20) {
        throw new BrokerUnavailableError('away');
      }
    };
    expect(await workOff(applierOf(await group.acquire(0, 'a')))).toBe(19);
    expect(group.streams.size).toBe(0);
    expect(positions()).toEqual([1]);
  });

  it('moves the checkpoint even if all events are left out', async () => {
    log.appendTo(0, 'A', 'A', 'A', 'A');
    handler.before = (batch) => {
      if (holds(batch, 1)) {
        throw new RangeError('poison');
      }
    };
    await workOff(applierOf(await group.acquire(0, 'a')));
    expect(await group.loadCheckpoint(0)).toMatchObject({ position: 4 });
    expect(positions()).toEqual([]);
    expect((await work.page({ limit: 1 }))[0]).toMatchObject({ waiting: 3 });
  });

  it('stops waiting for a slow handler, whose later writes have no effect', async () => {
    log.appendTo(0, 'A', 'B');
    let goOn = () => {};
    let late: Promise<void> | undefined;
    const slow = {
      handle: (batch: PartitionBatch, signal: AbortSignal) => {
        if (late || !holds(batch, 1)) {
          return handler.handle(batch, signal);
        }
        late = new Promise<void>((resolve) => (goOn = resolve)).then(() => handler.handle(batch, signal));
        late.catch(() => {});
        return late;
      },
      handleParked: (batch: ParkedBatch, signal: AbortSignal) => handler.handleParked(batch, signal),
    };
    const applier = applierOf(await group.acquire(0, 'a'), {
      handler: slow,
      maxBatch: 1,
      handlerTimeoutMs: 5,
    });
    expect(await workOff(applier)).toBe(1);
    goOn();
    await expect(late).rejects.toBeInstanceOf(LeaseLostError);
    expect(positions()).toEqual([1, 2]);
  });
});

describe('a handler that takes too long', () => {
  it('is called again as long as it makes progress, and its event is not parked', async () => {
    log.appendTo(0, 'A');
    const documents = 50;
    let done = 0;
    handler.before = (_, signal) => {
      if (done === documents) {
        return undefined;
      }
      done += 1;
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new HandlerProgressedError('one more document'))),
      );
    };
    expect(await workOff(applierOf(await group.acquire(0, 'a'), { handlerTimeoutMs: 2 }))).toBe(documents);
    expect(group.streams.size).toBe(0);
    expect(positions()).toEqual([1]);
  });

  it('has succeeded if it finishes when it is told to stop', async () => {
    log.appendTo(0, 'A');
    handler.before = (_, signal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    expect(await workOff(applierOf(await group.acquire(0, 'a'), { handlerTimeoutMs: 50 }))).toBe(0);
    expect(positions()).toEqual([1]);
  });
});

describe('a discarded event', () => {
  it('has no effect even if the partition is read again and its stream is parked and retried again', async () => {
    log.appendTo(0, 'A', 'A', 'A');
    let poison = [1, 2];
    handler.before = (batch) => {
      if (poison.some((position) => holds(batch, position))) {
        throw new RangeError('poison');
      }
    };
    const applier = applierOf(await group.acquire(0, 'a'));
    await workOff(applier);
    const { id } = (await work.page({ limit: 1 }))[0]!;
    poison = [2];
    await work.request(id, 'retry', 'ann');
    await workOff(applier);
    await work.request(id, 'discard', 'ann');
    await workOff(applier);
    expect(positions()).toEqual([1, 3]);

    handler.applied.length = 0;
    group.rewind(0);
    poison = [1];
    const next = applierOf(await group.acquire(0, 'b'));
    await workOff(next);
    expect(await work.find(id)).toMatchObject({ status: 'PARKED', discarded: [{ position: 2 }] });
    poison = [];
    await work.request(id, 'retry', 'ann');
    await workOff(next);
    expect(positions()).toEqual([1, 3]);
    expect((await work.find(id))!.acts.map(({ act }) => act)).toEqual([
      'parked',
      ...['retry_requested', 'failed_again'],
      ...['discard_requested', 'discarded', 'retried'],
      'parked',
      ...['retry_requested', 'retried'],
    ]);
  });
});

describe('a handler that waits for a frozen database', () => {
  it('does not count as a failure of its event', async () => {
    log.appendTo(0, 'A');
    let [attempts, isStill] = [0, false];
    handler.before = () => {
      attempts += 1;
      isStill = attempts < 9;
      return isStill ? new Promise(() => {}) : undefined;
    };
    const { loadCheckpoint } = group;
    group.loadCheckpoint = (partition) => {
      if (isStill) {
        isStill = false;
        return new Promise(() => {});
      }
      return loadCheckpoint.call(group, partition);
    };
    expect(await workOff(applierOf(await group.acquire(0, 'a'), { handlerTimeoutMs: 2 }))).toBe(8);
    expect(group.streams.size).toBe(0);
    expect(positions()).toEqual([1]);
  });
});

describe('an event that ends processes', () => {
  beforeEach(() => log.appendTo(0, 'A', 'B', 'A', 'B', 'A', 'B'));

  it('is not searched for if the previous owner released the partition', async () => {
    let marks = 0;
    group.mark = () => Promise.resolve((marks += 1));
    handler.before = () => {};
    const lease = await group.acquire(0, 'a');
    await workOff(applierOf(lease));
    await group.release(lease);
    log.appendTo(0, 'A', 'B');
    await workOff(applierOf(await group.acquire(0, 'b')));
    expect(marks).toBe(0);
    expect(positions()).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('is searched for only in the first batch', async () => {
    await group.acquire(0, 'a');
    const marked: number[] = [];
    const { mark } = group;
    group.mark = (lease, position) => {
      marked.push(position);
      return mark.call(group, lease, position);
    };
    await workOff(applierOf(await group.acquire(0, 'b')));
    expect(marked).toEqual([1, 2, 3, 4, 5]);
  });

  it('is searched for up to the last mark, even if the previous owner released the partition', async () => {
    const first = await group.acquire(0, 'a');
    await group.mark(first, 3);
    await group.release(first);
    const marked: number[] = [];
    const { mark } = group;
    group.mark = (lease, position) => {
      marked.push(position);
      return mark.call(group, lease, position);
    };
    await workOff(applierOf(await group.acquire(0, 'b')));
    expect(marked).toEqual([1, 2, 3]);
  });
});

describe('a log that lacks a waiting event', () => {
  it('stops the retry of a stream instead of resolving the stream', async () => {
    log.appendTo(0, 'A', 'A', 'A');
    handler.before = (batch) => {
      if (holds(batch, 1)) {
        throw new RangeError('poison');
      }
    };
    const applier = applierOf(await group.acquire(0, 'a'));
    await workOff(applier);
    handler.before = () => {};
    const { id } = (await work.page({ limit: 1 }))[0]!;
    await work.request(id, 'retry', 'ann');
    const { readPartition } = log;
    log.readPartition = async (partition, from, limit) =>
      (await readPartition.call(log, partition, from, limit)).filter(({ position }) => position !== 2);
    await expect(step(applier)).rejects.toBeInstanceOf(LogDivergedError);
    expect(await work.find(id)).toMatchObject({ status: 'RETRY_REQUESTED', event: { position: 1 } });
    log.readPartition = readPartition;
    await workOff(applier);
    expect(positions()).toEqual([1, 2, 3]);
  });
});

describe('PartitionApplier, with random faults and random requests', () => {
  const HEAD = 30;
  const streams = fc.array(fc.constantFrom('A', 'B', 'C', 'D'), { minLength: 1, maxLength: HEAD });
  const position = fc.integer({ min: 1, max: HEAD });
  const rounds = fc.array(
    fc.record({
      /** Events at which the handler fails in this round. */
      poison: fc.array(position, { maxLength: 4 }),
      environmentFailsAt: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      /** The process ends at the batch with this number, before or after that batch takes effect. */
      endsAt: fc.option(fc.integer({ min: 0, max: 20 }), { nil: undefined }),
      endsAfterTheEffect: fc.boolean(),
      appended: fc.integer({ min: 0, max: 8 }),
      requests: fc.array(fc.constantFrom('retry', 'discard'), { maxLength: 3 }),
    }),
    { maxLength: 8 },
  );

  it("lets each stream's events take effect once and in order, except discarded events", async () => {
    await fc.assert(
      fc.asyncProperty(streams, rounds, async (ids, plan) => {
        startAnew();
        let appended = 0;
        const append = (count: number) => {
          log.appendTo(0, ...ids.slice(appended, appended + count));
          appended = Math.min(ids.length, appended + count);
        };
        for (const [index, round] of plan.entries()) {
          append(round.appended);
          const open = await work.page({ limit: 9 });
          for (const [at, request] of round.requests.entries()) {
            const item = open[at];
            await (item && work.request(item.id, request, 'ann'));
          }
          let batches = 0;
          const end = (batch: PartitionBatch | ParkedBatch) => {
            throw new LeaseLostError(batch.lease, 'the process ended');
          };
          handler.before = (batch) => {
            batches += 1;
            if (batches - 1 === round.environmentFailsAt) {
              throw new BrokerUnavailableError('away');
            }
            if (batches - 1 === round.endsAt && !round.endsAfterTheEffect) {
              end(batch);
            }
            if (batch.events.some((event) => round.poison.includes(event.position))) {
              throw new RangeError('poison');
            }
          };
          handler.afterParked = (batch) => {
            if (batches - 1 === round.endsAt && round.endsAfterTheEffect) {
              end(batch);
            }
          };
          await workOff(applierOf(await group.acquire(0, `owner-${index}`), { maxProcessEnds: 99 })).catch(
            (error: unknown) => expect(error).toBeInstanceOf(LeaseLostError),
          );
          expectInOrderAndOnce();
        }
        append(HEAD);
        handler.before = () => {};
        handler.afterParked = () => {};
        const last = applierOf(await group.acquire(0, 'last'), { maxProcessEnds: 99 });
        await workOff(last);
        for (const { id } of await work.page({ limit: 99 })) {
          await work.request(id, 'retry', 'ann');
        }
        await workOff(last);
        expect(await work.page({ limit: 99 })).toEqual([]);
        const discarded = [...group.streams.values()].flatMap((stream) => stream.discarded);
        const all = new Set([...positions(), ...discarded.map((event) => event.position)]);
        expect(all.size).toBe(ids.length);
        expect(positions()).toHaveLength(ids.length - discarded.length);
        expectInOrderAndOnce();
      }),
      { numRuns: 400 },
    );
  });

  function expectInOrderAndOnce(): void {
    for (const streamId of ['A', 'B', 'C', 'D']) {
      const applied = handler.positionsOf(streamId);
      expect(applied).toEqual([...new Set(applied)].sort((a, b) => a - b));
    }
  }
});
