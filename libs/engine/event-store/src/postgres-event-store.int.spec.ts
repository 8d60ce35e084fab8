import { sqlState, StoreUnavailableError } from '@tidemark/postgres';
import { eventually } from '@tidemark/test-servers';
import { randomUUID } from 'node:crypto';
import { checkPartitions } from './check-partitions';
import { collect, command, counted, manyCounted, request } from './contract-suite/counter';
import { PartitionCountMismatchError } from './errors';
import { describeEventStore } from './contract-suite/event-store-contract';
import { migrateEventStore } from './migrate-event-store';
import { openPostgresBed, codec, type PostgresBed } from './postgres-bed.fixture';
import { PostgresEventStore } from './postgres-event-store';
import { describeRekeying } from './rekey-contract.fixture';

describeEventStore('PostgresEventStore', openPostgresBed);
describeRekeying('PostgresEventStore', openPostgresBed);

describeEventStore('PostgresEventStore, one append at a time', async () => {
  const bed = await openPostgresBed();
  const { pool, partitions } = bed;
  return {
    ...bed,
    store: new PostgresEventStore({
      pool,
      codec,
      partitions,
      coalescing: { maxBatch: 1, lanes: 16 },
    }),
  };
});

describe('the log in Postgres', () => {
  let bed: PostgresBed;

  beforeAll(async () => {
    bed = await openPostgresBed();
  });
  afterAll(() => bed.close());

  it('lets no role change the past', async () => {
    await bed.store.append(request());
    for (const text of [
      `UPDATE event_store.events SET event_data = '{}'`,
      'DELETE FROM event_store.events',
      'TRUNCATE event_store.events',
    ]) {
      const states = await Promise.all(
        [bed.pool, bed.admin].map((connection) => connection.query(text).then(() => 'allowed', sqlState)),
      );
      expect([text, states]).toEqual([text, ['42501', '42501']]);
    }
  });

  it('has a fixed number of partitions', async () => {
    const { pool, databaseUrl, partitions } = bed;
    expect(await checkPartitions(pool, partitions)).toBe(partitions);
    await expect(checkPartitions(pool, 8)).rejects.toThrow(PartitionCountMismatchError);
    await expect(migrateEventStore({ databaseUrl, partitions: 8 })).rejects.toThrow(
      PartitionCountMismatchError,
    );
    await migrateEventStore({ databaseUrl });
    expect(await checkPartitions(pool)).toBe(partitions);
  });

  it('sends simultaneous appends in few calls', async () => {
    const calls = jest.spyOn(bed.pool, 'query');
    await Promise.all(
      Array.from({ length: 200 }, () => bed.store.append(request({ partitionKey: randomUUID() }))),
    );
    expect(calls.mock.calls.length).toBeLessThan(20);
    calls.mockRestore();
    await bed.expectGaplessLog();
  });

  it('sends simultaneous reads in one call, and gives each caller its own events', async () => {
    const aggregateIds = Array.from({ length: 30 }, () => randomUUID());
    await Promise.all(
      aggregateIds.map((aggregateId, index) =>
        bed.store.append(request({ aggregateId, events: manyCounted(index + 1) })),
      ),
    );
    const calls = jest.spyOn(bed.pool, 'query');
    const read = await Promise.all(
      aggregateIds.map((id) =>
        collect(bed.store.readStream(`Counter-${id}`, { fromVersion: 3, toVersion: 20 })),
      ),
    );
    expect(calls).toHaveBeenCalledTimes(1);
    calls.mockRestore();
    expect(read.map((events) => events.map(({ streamId, version }) => [streamId, version]))).toEqual(
      aggregateIds.map((id, index) =>
        Array.from({ length: Math.max(Math.min(index + 1, 20) - 2, 0) }, (_, n) => [`Counter-${id}`, n + 3]),
      ),
    );
  });

  it('finds the outcome of appends whose connections were cut', async () => {
    const killAll = () =>
      bed.admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE application_name = 'test-writer' AND datname = current_database()`,
      );
    const requests = Array.from({ length: 300 }, () =>
      request({ partitionKey: randomUUID(), events: manyCounted(2) }),
    );
    let done = 0;
    let killing = true;
    const killer = (async () => {
      while (killing) {
        const doneBefore = done;
        await killAll();
        // Waits for an append instead of a fixed time: connecting may take longer, and then no append would ever
        // succeed.
        await eventually(() => !killing || done > doneBefore, { everyMs: 5 });
      }
    })();
    const results = await Promise.all(
      requests.map(async (one) => {
        for (;;) {
          try {
            const result = await bed.store.append(one);
            done += 1;
            killing = done < 200;
            return result;
          } catch (error) {
            expect(error).toBeInstanceOf(StoreUnavailableError);
          }
        }
      }),
    );
    killing = false;
    await killer;
    expect(results.map(({ version }) => version)).toEqual(results.map(() => 2));
    for (const { streamId } of results) {
      expect(await collect(bed.store.readStream(streamId))).toHaveLength(2);
    }
    await bed.expectGaplessLog();
  });

  it('serves appends of several processes without a hole', async () => {
    const { pool, partitions } = bed;
    const stores = Array.from({ length: 3 }, () => new PostgresEventStore({ pool, codec, partitions }));
    const hot = randomUUID();
    await Promise.all(
      stores.flatMap((store) =>
        Array.from({ length: 100 }, (_, index) =>
          store
            .append(
              index % 3 === 0
                ? request({
                    aggregateId: hot,
                    expectedVersion: 'any',
                    events: [counted(1)],
                    command: command(),
                  })
                : request({ partitionKey: String(index) }),
            )
            .catch((error: Error) => expect(error.name).toBe('VersionConflictError')),
        ),
      ),
    );
    await bed.expectGaplessLog();
  });
});
