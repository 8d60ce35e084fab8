import { Transaction } from '@tidemark/postgres';
import { eventually } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import type { AppendRequest } from './append';
import { collect, command, counted, manyCounted, request } from './contract-suite/counter';
import { VersionConflictError } from './errors';
import { partitionOf } from './partition-of';
import { codec, openPostgresBed, type PostgresBed } from './postgres-bed.fixture';
import { PostgresEventStore } from './postgres-event-store';
import { prepareAppend } from './prepared-append';
import { appendBatch } from './sql/append-batch';

/** Keys of three partitions. */
const [here, there, elsewhere] = ['a', 'b', 'c'] as const;

describe('an append to a stream that another process writes at the same moment', () => {
  let bed: PostgresBed;

  beforeAll(async () => {
    bed = await openPostgresBed(16);
    const partitions = [here, there, elsewhere].map((key) => partitionOf(key, bed.partitions));
    expect(new Set(partitions).size).toBe(3);
  });
  afterEach(() => bed.expectGaplessLog());
  afterAll(() => bed.close());

  /** Resolves when this many statements of the store wait for another transaction. */
  const waiting = (statements: number) =>
    eventually(async () => {
      const { rowCount } = await bed.admin.query(
        `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
      );
      expect(rowCount).toBe(statements);
    });

  const versionsOf = async (aggregateId: string) =>
    (await collect(bed.store.readStream(`Counter-${aggregateId}`))).map(({ version }) => version);

  describe('to several streams', () => {
    const race = async (aggregateId: string, expectedVersion: AppendRequest['expectedVersion']) => {
      const many = {
        command: command(),
        appends: [randomUUID(), aggregateId].map((id) => ({
          ...request({ aggregateId: id, partitionKey: there, expectedVersion }),
        })),
      };
      return { command: many.command, appended: bed.store.appendMany(many) };
    };
    /** Other writers, each of which appends to the stream and has not committed yet. */
    const others: [string, (transaction: Transaction, aggregateId: string) => Promise<unknown>][] = [
      [
        'of this release',
        ({ client }, aggregateId) =>
          client.query(
            appendBatch([
              prepareAppend(request({ aggregateId, partitionKey: here, expectedVersion: 0 }), codec, 16),
            ]),
          ),
      ],
      [
        'of a release that knows no turns',
        ({ client }, aggregateId) => {
          const [streamId, partition] = [`Counter-${aggregateId}`, partitionOf(here, 16)];
          return client.query(
            `WITH head AS (UPDATE event_store.partitions SET head = head + 1 WHERE partition = $1 RETURNING head)
             INSERT INTO event_store.events (event_id, stream_id, stream_type, event_type, event_data, event_metadata,
               event_version, "timestamp", correlation_id, causation_id, ordinal, command_hash, schema_version, partition,
               position)
             SELECT gen_random_uuid(), $2, 'Counter', 'Counted', '{"by": 1}', '{}', 1, clock_timestamp(), 'c',
               gen_random_uuid(), 0, '\\x00', 1, $1, head FROM head`,
            [partition, streamId],
          );
        },
      ],
    ];

    it.each(others)('is in conflict, and reports no success: %s', async (_name, append) => {
      const aggregateId = randomUUID();
      const other = await Transaction.begin(bed.pool);
      await append(other, aggregateId);
      const raced = await race(aggregateId, 'none');
      const outcome = expect(raced.appended).rejects.toMatchObject({
        code: 'version_conflict',
        streamId: `Counter-${aggregateId}`,
      });
      await waiting(1);
      await other.commit();
      await outcome;
      const { commandId, commandHash } = raced.command;
      expect(await bed.store.findCommand(commandId, commandHash)).toBeUndefined();
      expect(await versionsOf(aggregateId)).toEqual([1]);
    });

    it.each(others)(
      'is written after the other append if it accepts any version: %s',
      async (_name, append) => {
        const aggregateId = randomUUID();
        const other = await Transaction.begin(bed.pool);
        await append(other, aggregateId);
        const raced = await race(aggregateId, 'any');
        await waiting(1);
        await other.commit();
        const partition = partitionOf(here, bed.partitions);
        expect(await raced.appended).toMatchObject([{ version: 1 }, { version: 2, partition }]);
      },
    );

    it('is written once when two processes send it', async () => {
      const many = {
        command: command(),
        appends: [request({ partitionKey: here }), request({ partitionKey: there })],
      };
      const results = await Promise.all(Array.from({ length: 8 }, () => bed.store.appendMany(many)));
      expect(results.filter(([first]) => !first!.repeated)).toHaveLength(1);
      const places = results.map((result) => result.map(({ partition, position }) => [partition, position]));
      expect(places).toEqual(places.map(() => places[0]));
    });
  });

  it('is never refused if it accepts any version, even in a batch', async () => {
    const { pool, partitions } = bed;
    const store = new PostgresEventStore({ pool, codec, partitions, coalescing: { lanes: 1 } });
    const aggregateId = randomUUID();
    const holdHead = async (key: string) => {
      const holder = await Transaction.begin(bed.pool);
      const partition = partitionOf(key, partitions);
      await holder.client.query('SELECT FROM event_store.partitions WHERE partition = $1 FOR UPDATE', [
        partition,
      ]);
      return holder;
    };
    const [first, second] = [await holdHead(elsewhere), await holdHead(there)];
    // The first append is alone, and the others go in one batch behind it.
    const appends = [
      store.append(request({ partitionKey: elsewhere })),
      store.append(request({ aggregateId, partitionKey: there, expectedVersion: 'any' })),
      store.append(request({ partitionKey: there })),
    ];
    await waiting(1);
    await first.rollback();
    await appends[0];
    await waiting(1);
    // The batch has looked for the stream, found none, and waits for the head row of the partition in which it would
    // begin the stream.
    await bed.store.append(request({ aggregateId, partitionKey: here, events: [counted(3)] }));
    await second.rollback();

    const partition = partitionOf(here, partitions);
    expect(await Promise.all(appends)).toMatchObject([
      { version: 1 },
      { version: 2, partition },
      { version: 1 },
    ]);
  });

  it('costs no connection, and neither does a repeat', async () => {
    let destroyed = 0;
    bed.pool.on('release', (fault) => (destroyed += fault ? 1 : 0));
    const known = request();
    const { aggregateId } = known;
    await bed.store.append(known);
    const conflict = (overrides: Partial<AppendRequest>) =>
      expect(bed.store.append(request({ aggregateId, ...overrides }))).rejects.toThrow(VersionConflictError);
    for (let round = 0; round < 25; round += 1) {
      expect(await bed.store.append(known)).toMatchObject({ version: 1, repeated: true });
      await conflict({ expectedVersion: 'none' });
      await conflict({ expectedVersion: 7 });
      await conflict({ expectedVersion: 'none', events: manyCounted(2) });
      const others = Array.from({ length: 4 }, () => bed.store.append(request({ partitionKey: 'key' })));
      await Promise.all([...others, bed.store.append(known), conflict({ expectedVersion: 'none' })]);
    }
    expect(destroyed).toBe(0);
  });
});
