import { eventually } from '@tidemark/test-servers';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { collect, command, counted, manyCounted, request } from './contract-suite/counter';
import {
  CommandIdReusedError,
  EventTooLargeError,
  InvalidAppendError,
  PartlyImportedError,
  VersionConflictError,
} from './errors';
import { EventImporter } from './event-importer';
import type { EventStore } from './event-store';
import type { ImportedAppend } from './import-batch';
import { InMemoryEventStore } from './in-memory-event-store';
import { codec, openPostgresBed, type PostgresBed } from './postgres-bed.fixture';

let bed: PostgresBed;
let importer: EventImporter;

beforeAll(async () => {
  bed = await openPostgresBed();
  importer = importerWith({});
});
afterEach(() => bed.expectGaplessLog());
afterAll(() => bed.close());

function importerWith(options: { readonly batchEvents?: number }): EventImporter {
  const { pool, partitions } = bed;
  return new EventImporter({ pool, codec, partitions, ...options });
}

/** The places of a stream's events, without those of other streams of its partition. */
async function placesIn(store: EventStore, streamId: string) {
  const events = await collect(store.readStream(streamId));
  return events.map(({ version, partition, causationId, data, metadata, correlationId, streamType }) => {
    return { version, partition, causationId, data, metadata, correlationId, streamType };
  });
}

async function orderIn(store: EventStore, partition: number, after: number): Promise<string[]> {
  const events = await store.readPartition(partition, after + 1, 10_000);
  return events.map(({ streamId, version, position }) => `${position - after}: ${streamId} ${version}`);
}

describe('EventImporter', () => {
  it('gives events the places that appends give them', async () => {
    const append = fc.record({
      stream: fc.nat(4),
      partitionKey: fc.constantFrom('a', 'b', 'c', 'd'),
      events: fc.integer({ min: 1, max: 4 }),
      sameCommand: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(append, { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 20 }),
        async (appends, batchEvents) => {
          const streams = Array.from({ length: 5 }, () => randomUUID());
          let context = command();
          const imported = appends.map(({ stream, partitionKey, events, sameCommand }): ImportedAppend => {
            context = sameCommand ? context : command();
            return request({
              aggregateId: streams[stream]!,
              partitionKey,
              expectedVersion: 'any',
              events: manyCounted(events),
              command: context,
            });
          });
          const before = await bed.store.heads();
          const result = await importerWith({ batchEvents }).importAll(imported);
          expect(result).toEqual({ events: imported.flatMap(({ events }) => events).length, repeated: 0 });
          await bed.expectGaplessLog();

          const memory = new InMemoryEventStore({ codec, partitions: bed.partitions });
          for (const one of imported) {
            // In memory, a command is one append. Here, its appends continue each other.
            await memory.append({ ...one, command: { ...one.command, commandId: randomUUID() } });
          }
          for (const aggregateId of streams) {
            const expected = await placesIn(memory, `Counter-${aggregateId}`);
            const places = await placesIn(bed.store, `Counter-${aggregateId}`);
            expect(places).toEqual(
              expected.map((place, index) => ({ ...place, causationId: places[index]!.causationId })),
            );
          }
          for (const [partition, head] of before) {
            expect(await orderIn(bed.store, partition, head)).toEqual(await orderIn(memory, partition, 0));
          }
          expect(await importerWith({ batchEvents }).importAll(imported)).toEqual({
            events: 0,
            repeated: result.events,
          });
        },
      ),
      { numRuns: 20 },
    );
  });

  it('keeps every character, and the given time', async () => {
    const aggregateId = `tab\t, new\nline, \\N, \\., return\r, "quoted" {,} – 🙂`;
    const note = { text: `a\tb\nc\r\\d\\n "e" 🙂 \u2028`, 'k\\ey': ['\\', null, 1.5e-7, true] };
    const context = command({ correlationId: 'c\\1\t2', actor: 'back\\slash', custom: { note } });
    const at = new Date('2019-03-04T05:06:07.089Z');
    await importer.importBatch([
      { ...request({ aggregateId, events: [{ type: 'Noted', data: { note } }], command: context }), at },
    ]);
    const [event] = await collect(bed.store.readStream(`Counter-${aggregateId}`));
    expect(event).toMatchObject({
      streamId: `Counter-${aggregateId}`,
      data: { note },
      metadata: { actor: 'back\\slash', custom: { note } },
      correlationId: 'c\\1\t2',
      timestamp: at.toISOString(),
    });
    expect(await bed.store.findCommand(context.commandId, context.commandHash)).toMatchObject({ version: 1 });
  });

  it("stamps events without a time with the database's time", async () => {
    const [before, aggregateId] = [Date.now(), randomUUID()];
    await importer.importBatch([request({ aggregateId })]);
    const { firstAt } = (await bed.store.streamHead(`Counter-${aggregateId}`))!;
    expect(firstAt.getTime()).toBeGreaterThanOrEqual(before - 1_000);
    expect(firstAt.getTime()).toBeLessThanOrEqual(Date.now() + 1_000);
  });

  it('continues streams, and streams are continued by appends', async () => {
    const aggregateId = randomUUID();
    await bed.store.append(request({ aggregateId, events: manyCounted(2), partitionKey: 'a' }));
    await importer.importBatch([
      request({ aggregateId, expectedVersion: 2, partitionKey: 'd' }),
      request({ aggregateId, expectedVersion: 3, partitionKey: 'b', events: manyCounted(2) }),
    ]);
    await bed.store.append(request({ aggregateId, expectedVersion: 5 }));
    const places = await placesIn(bed.store, `Counter-${aggregateId}`);
    expect(places.map(({ version }) => version)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(new Set(places.map(({ partition }) => partition)).size).toBe(1);
  });

  describe('refuses the whole batch', () => {
    const known = command();
    const aggregateId = randomUUID();
    const others = () => Array.from({ length: 3 }, () => request({ partitionKey: randomUUID() }));

    beforeAll(() => bed.store.append(request({ aggregateId, command: known })));

    it.each<[string, () => ImportedAppend[], new (...args: never[]) => Error]>([
      ['with a stream that exists', () => [request({ aggregateId })], VersionConflictError],
      ['with a version too high', () => [request({ aggregateId, expectedVersion: 2 })], VersionConflictError],
      [
        'with a version of a stream that does not exist',
        () => [request({ expectedVersion: 1 })],
        VersionConflictError,
      ],
      [
        'with a stream that the batch begins twice',
        () => {
          const twice = randomUUID();
          return [request({ aggregateId: twice }), request({ aggregateId: twice })];
        },
        VersionConflictError,
      ],
      ['with a command that the log has', () => [request({ command: known })], PartlyImportedError],
      [
        'with a command id of another request',
        () => [request({ command: { ...known, commandHash: 'cd'.repeat(32) } })],
        CommandIdReusedError,
      ],
      [
        'with a command of two hashes',
        () => {
          const context = command();
          return [
            request({ command: context }),
            request({ command: { ...context, commandHash: 'cd'.repeat(32) } }),
          ];
        },
        InvalidAppendError,
      ],
      [
        'with an event of 2 MB',
        () => [request({ events: [{ type: 'Noted', data: { note: 'x'.repeat(2_000_000) } }] })],
        EventTooLargeError,
      ],
      ['with no valid time', () => [{ ...request(), at: new Date(NaN) }], InvalidAppendError],
      [
        'with a time after the year 9999',
        () => [{ ...request(), at: new Date('+010000-01-01') }],
        InvalidAppendError,
      ],
    ])('%s', async (_name, faulty, error) => {
      const before = await bed.store.heads();
      await expect(importer.importBatch([...others(), ...faulty(), ...others()])).rejects.toThrow(error);
      expect(await bed.store.heads()).toEqual(before);
    });

    it('and the batches after it, but none before it', async () => {
      const good = Array.from({ length: 6 }, () => request());
      const streamsOf = (appends: readonly ImportedAppend[]) =>
        appends.map((append) => `Counter-${append.aggregateId}`);
      const all = [...good.slice(0, 4), request({ aggregateId }), ...good.slice(4)];
      await expect(importerWith({ batchEvents: 2 }).importAll(all)).rejects.toThrow(VersionConflictError);
      const exists = await Promise.all(streamsOf(good).map((streamId) => bed.store.streamExists(streamId)));
      expect(exists).toEqual([true, true, true, true, false, false]);
    });
  });

  it('leaves no gap and no double beside appends and other imports', async () => {
    const streams = Array.from({ length: 6 }, () => randomUUID());
    const next = (round: number, index: number) =>
      request({
        aggregateId: index % 2 === 0 ? streams[index % 6]! : randomUUID(),
        partitionKey: String((round + index) % 7),
        expectedVersion: 'any',
        events: [counted(1), counted(2)],
      });
    const before = [...(await bed.store.heads()).values()].reduce((sum, head) => sum + head, 0);
    const imports = Array.from({ length: 3 }, (_, index) =>
      importerWith({ batchEvents: 40 }).importAll(
        Array.from({ length: 100 }, (_appended, round) => next(round, index)),
      ),
    );
    const appends = Array.from({ length: 300 }, (_, round) => bed.store.append(next(round, round)));
    await Promise.all([...imports, ...appends]);
    await bed.expectGaplessLog();
    const after = [...(await bed.store.heads()).values()].reduce((sum, head) => sum + head, 0);
    expect(after - before).toBe((300 + 3 * 100) * 2);
  });

  it('leaves nothing when its connection is cut in the middle of the COPY', async () => {
    const batch = Array.from({ length: 2_000 }, () => request({ partitionKey: 'a' }));
    const rival = await bed.admin.connect();
    try {
      await rival.query('BEGIN');
      // The COPY waits here for the end of this transaction, because both have the same command.
      await rival.query(
        `INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
           event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition,
           position)
         VALUES ($1, 'Counter-rival', 'Counter', 'Counted', '{}', '{}', 1, now(), 'c', $2, 0, '', 1, 3, 1000000)`,
        [randomUUID(), batch[1_999]!.command.commandId],
      );
      const outcome = importer.importBatch(batch).then(
        () => 'imported',
        (error: { code: string }) => error.code,
      );
      await eventually(async () => {
        const { rowCount } = await bed.admin.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%COPY event_store.events%'
             AND application_name = 'test-writer'`,
        );
        return rowCount === 1;
      });
      expect(await outcome).toBe('store_unavailable');
    } finally {
      await rival.query('ROLLBACK');
      rival.release();
    }
    expect(await bed.store.streamExists(`Counter-${batch[0]!.aggregateId}`)).toBe(false);
    await bed.expectGaplessLog();
    expect(await importer.importBatch(batch)).toEqual({ events: 2_000, repeated: 0 });
  });

  it('writes nothing of nothing', async () => {
    expect(await importer.importAll([])).toEqual({ events: 0, repeated: 0 });
    expect(await importer.importBatch([])).toEqual({ events: 0, repeated: 0 });
  });
});
