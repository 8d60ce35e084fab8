import { expect, globalRunner, type TestRunner } from '@tidemark/kernel/testing';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import type { AppendRequest } from '../append';
import { collect, command, counted, manyCounted, request } from './counter';
import { CommandIdReusedError, EventTooLargeError, VersionConflictError } from '../errors';
import type { EventStore, ReadCorrelationOptions } from '../event-store';
import type { EventStoreBed } from './event-store-bed';
import { expectGaplessLog } from './gapless-log';
import { readsHeaders } from './headers-contract';
import { scansPartitions } from './scans-contract';
import { appendsToSeveralStreams } from './several-streams-contract';
import { takesTurns } from './turns-contract';
import { refusesWhatCannotBeStored } from './unstorable-contract';
import { partitionOf } from '../partition-of';

/**
 * What every adapter of `EventStore` guarantees.
 *
 * @param runner the global functions by default
 */
export function describeEventStore(
  adapter: string,
  open: () => Promise<EventStoreBed>,
  runner: TestRunner = globalRunner(),
): void {
  runner.describe(adapter, () => appendsAndReads(open, runner));
}

function appendsAndReads(open: () => Promise<EventStoreBed>, runner: TestRunner): void {
  const { it, beforeAll, afterEach, afterAll } = runner;
  let bed: EventStoreBed;
  let store: EventStore;

  beforeAll(async () => {
    bed = await open();
    store = bed.store;
  });
  const expectGapless = () => bed.expectGaplessLog?.() ?? expectGaplessLog(store);
  afterEach(expectGapless);
  afterAll(() => bed.close());

  const versionsOf = async (aggregateId: string): Promise<number[]> =>
    (await collect(store.readStream(`Counter-${aggregateId}`))).map(({ version }) => version);

  it('gives every event its place in its stream and in its partition', async () => {
    const aggregateId = randomUUID();
    const first = await store.append(request({ aggregateId, events: [counted(1), counted(2)] }));
    expect(first).toMatchObject({
      version: 2,
      partition: partitionOf('key', bed.partitions),
      repeated: false,
    });
    const second = await store.append(request({ aggregateId, expectedVersion: 2 }));
    expect(second).toMatchObject({ version: 3, partition: first.partition, position: first.position + 1 });

    const events = await collect(store.readStream(`Counter-${aggregateId}`));
    expect(events.map(({ version, data }) => [version, data])).toEqual([
      [1, { by: 1 }],
      [2, { by: 2 }],
      [3, { by: 1 }],
    ]);
    expect(await store.readPartition(first.partition, second.position, 10)).toEqual([events[2]]);
  });

  it('keeps a stream in the partition that it began in', async () => {
    const aggregateId = randomUUID();
    const first = await store.append(request({ aggregateId, partitionKey: 'a' }));
    const other = ['b', 'c', 'd', 'e', 'f', 'g'].find(
      (key) => partitionOf(key, bed.partitions) !== first.partition,
    )!;
    const append = () => store.append(request({ aggregateId, partitionKey: other, expectedVersion: 'any' }));
    const appended = await Promise.allSettled([append(), append(), append()]);
    for (const result of appended) {
      expect(result).toMatchObject({ status: 'fulfilled', value: { partition: first.partition } });
    }
  });

  const others: [string, AppendRequest['expectedVersion']][] = [
    ['too low', 0],
    ['none', 'none'],
    ['too high', 2],
  ];
  for (const [what, expectedVersion] of others) {
    it(`refuses an expected version that is ${what} and writes nothing`, async () => {
      const aggregateId = randomUUID();
      await store.append(request({ aggregateId }));
      const before = await store.heads();
      const refused = store.append(request({ aggregateId, expectedVersion }));
      await expect(refused).rejects.toThrow(VersionConflictError);
      expect(await store.heads()).toEqual(before);
    });
  }

  it('answers a repeated command with its first result, whatever version it expects', async () => {
    const original = request({ events: [counted(1), counted(2)] });
    const first = await store.append(original);
    await store.append(request({ aggregateId: original.aggregateId, expectedVersion: 'any' }));
    const before = await store.heads();
    const repeat = { ...first, repeated: true };
    expect(await store.append(original)).toEqual(repeat);
    expect(await store.append({ ...original, expectedVersion: 'any' })).toEqual(repeat);
    expect(await Promise.all(Array.from({ length: 10 }, () => store.append(original)))).toEqual(
      Array.from({ length: 10 }, () => repeat),
    );
    expect(await store.findCommand(original.command.commandId, original.command.commandHash)).toEqual(repeat);
    expect(await store.heads()).toEqual(before);
  });

  it('writes a command once if it arrives many times at once, to one stream or to several', async () => {
    const context = command();
    const aggregateId = randomUUID();
    const same = Array.from({ length: 20 }, () => store.append(request({ aggregateId, command: context })));
    const results = await Promise.all(same);
    expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
    expect(await versionsOf(aggregateId)).toEqual([1]);

    const elsewhere = command();
    const scattered = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        store.append(request({ partitionKey: `key-${index}`, command: elsewhere })),
      ),
    );
    expect(new Set(scattered.map(({ streamId }) => streamId)).size).toBe(1);
  });

  it('refuses a command id that belongs to another request', async () => {
    const original = request();
    await store.append(original);
    const reused = command({ commandId: original.command.commandId, commandHash: 'cd'.repeat(32) });
    await expect(store.append(request({ command: reused }))).rejects.toThrow(CommandIdReusedError);
  });

  it('reads long streams in pages, forward and backward', async () => {
    const aggregateId = randomUUID();
    await store.append(request({ aggregateId, events: manyCounted(1_000) }));
    await store.append(request({ aggregateId, expectedVersion: 1_000, events: manyCounted(203) }));
    const streamId = `Counter-${aggregateId}`;

    const forward = await collect(store.readStream(streamId));
    expect(forward.map((event) => event.version)).toEqual(
      Array.from({ length: 1_203 }, (_, index) => index + 1),
    );
    const backward = await collect(store.readStream(streamId, { direction: 'backward' }));
    expect(backward).toEqual(forward.toReversed());
    const range = { fromVersion: 499, toVersion: 1_100, limit: 550 };
    const some = await collect(store.readStream(streamId, range));
    expect(some).toEqual(forward.slice(498, 1_048));
  });

  it('reads a correlation across streams and pages in order', async () => {
    const correlationId = randomUUID();
    for (const partitionKey of ['a', 'b', 'c']) {
      await store.append(
        request({ partitionKey, events: manyCounted(300), command: command({ correlationId }) }),
      );
    }
    const read = (options?: ReadCorrelationOptions) => collect(store.readCorrelation(correlationId, options));
    const found = await read();
    expect(new Set(found.map((event) => event.eventId)).size).toBe(900);
    const timestamps = found.map((event) => event.timestamp);
    expect(timestamps).toEqual(timestamps.toSorted());
    const afterEventId = found[249]!.eventId;
    expect(await read({ afterEventId, limit: 600 })).toEqual(found.slice(250, 850));
    expect(await read({ afterEventId: randomUUID() })).toEqual([]);
  });

  it('reads every event once', async () => {
    const heads = await store.heads();
    const all = await collect(store.readAll(7));
    expect(all).toHaveLength([...heads.values()].reduce((sum, head) => sum + head, 0));
    expect(new Set(all.map((event) => `${event.partition}:${event.position}`)).size).toBe(all.length);
  });

  appendsToSeveralStreams(() => bed, runner);
  readsHeaders(() => bed, runner);
  scansPartitions(() => bed, runner);
  takesTurns(() => bed, runner);
  refusesWhatCannotBeStored(() => bed, runner);

  it('keeps every acknowledged append and accepts no conflict, with many simultaneous writers', async () => {
    const streams = Array.from({ length: 4 }, () => randomUUID());
    const append = fc.record({
      aggregateId: fc.constantFrom(...streams),
      expectedVersion: fc.oneof(fc.nat(6), fc.constant('any' as const)),
      count: fc.integer({ min: 1, max: 3 }),
      oversized: fc.integer({ min: 0, max: 9 }).map((roll) => roll === 0),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(append, { minLength: 5, maxLength: 60 }), async (appends) => {
        const results = await Promise.allSettled(
          appends.map(({ aggregateId, expectedVersion, count, oversized }) =>
            store.append(
              request({
                aggregateId,
                partitionKey: aggregateId,
                expectedVersion,
                events: oversized
                  ? [{ type: 'Noted', data: { note: 'x'.repeat(1_100_000) } }]
                  : manyCounted(count),
              }),
            ),
          ),
        );
        const claimed = new Set<string>();
        for (const [index, result] of results.entries()) {
          const { oversized, count, expectedVersion } = appends[index]!;
          if (result.status === 'rejected') {
            expect(result.reason).toBeInstanceOf(oversized ? EventTooLargeError : VersionConflictError);
            continue;
          }
          const { partition, position, streamId, version } = result.value;
          if (expectedVersion !== 'any') {
            expect(version).toBe(expectedVersion + count);
          }
          expect(claimed.has(`${streamId}@${version}`)).toBe(false);
          claimed.add(`${streamId}@${version}`);
          expect((await store.readPartition(partition, position, 1))[0]).toMatchObject({ streamId, version });
        }
        await expectGapless();
      }),
      { numRuns: 15 },
    );
  });

  it('never shows a reader a later position before an earlier one', async () => {
    const partition = partitionOf('busy', bed.partitions);
    const start = (await store.heads()).get(partition)!;
    const seen: number[] = [];
    const reader = (async () => {
      while (seen.length < 300) {
        const page = await store.readPartition(partition, start + seen.length + 1, 100);
        seen.push(...page.map((event) => event.position - start));
        await new Promise(setImmediate);
      }
    })();
    await Promise.all(Array.from({ length: 300 }, () => store.append(request({ partitionKey: 'busy' }))));
    await reader;
    expect(seen).toEqual(Array.from({ length: 300 }, (_, index) => index + 1));
  });

  it('tells listeners of each append until they unsubscribe', async () => {
    const heard: number[] = [];
    const unsubscribe = store.onAppended((partition) => heard.push(partition));
    const { partition } = await store.append(request());
    unsubscribe();
    await store.append(request());
    expect(heard).toEqual([partition]);
  });
}
