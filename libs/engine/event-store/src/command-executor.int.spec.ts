import { accept, refuse, type Aggregate } from '@tidemark/kernel';
import { randomUUID } from 'node:crypto';
import type { CommandContext } from './append';
import { AppendCoalescer } from './append-coalescer';
import { CommandExecutor } from './command-executor';
import { command, counted, counter, manyCounted, request, type CounterEvent } from './contract-suite/counter';
import { VersionConflictError } from './errors';
import type { EventStore } from './event-store';
import { openPostgresBed, type PostgresBed } from './postgres-bed.fixture';
import { PostgresSnapshots } from './postgres-snapshots';

describe('CommandExecutor', () => {
  let bed: PostgresBed;

  beforeAll(async () => {
    bed = await openPostgresBed();
  });
  afterAll(() => bed.close());

  const count = (executor: CommandExecutor, aggregateId: string, context: CommandContext = command()) =>
    executor.execute({
      aggregate: { ...counter, partitionKeyOf: () => aggregateId },
      aggregateId,
      command: context,
      decide: () => accept(counted(1)),
    });

  it('decides again after a conflict until every command is in the log once', async () => {
    const conflicts: string[] = [];
    const replicas = Array.from(
      { length: 2 },
      () =>
        new CommandExecutor({
          store: bed.store,
          conflictRetries: 100,
          onConflict: (streamType) => conflicts.push(streamType),
        }),
    );
    const aggregateId = randomUUID();
    const executions = await Promise.all(
      replicas.flatMap((executor) => Array.from({ length: 10 }, () => count(executor, aggregateId))),
    );
    expect(executions.every(({ outcome }) => outcome === 'accepted')).toBe(true);
    for (const executor of replicas) {
      expect(await executor.load(counter, aggregateId)).toMatchObject({ state: 20, version: 20 });
    }
    expect(conflicts.length).toBeGreaterThan(0);
  });

  it('runs the commands of one process on one stream one after another, without a conflict', async () => {
    const onConflict = jest.fn();
    const executor = new CommandExecutor({ store: bed.store, onConflict });
    const aggregateId = randomUUID();
    const executions = await Promise.all(Array.from({ length: 20 }, () => count(executor, aggregateId)));
    const versions = executions.map(
      (execution) => execution.outcome === 'accepted' && execution.result.version,
    );
    expect(versions).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(onConflict).not.toHaveBeenCalled();
  });

  const decideOnce = (state: number) => (state === 0 ? accept(counted(5)) : refuse('taken', 'not empty'));
  const executeOnce = (executor: CommandExecutor, aggregateId: string, context: CommandContext) =>
    executor.execute({
      aggregate: counter,
      aggregateId,
      command: context,
      decide: decideOnce,
    });

  it('answers a known command with its first result, whatever the decision would be now', async () => {
    const aggregateId = randomUUID();
    const context = command();
    const first = await executeOnce(new CommandExecutor({ store: bed.store }), aggregateId, context);
    for (const executor of [
      new CommandExecutor({ store: bed.store }),
      new CommandExecutor({ store: bed.store }),
    ]) {
      expect(await executeOnce(executor, aggregateId, context)).toMatchObject({
        ...first,
        result: { version: 1, repeated: true },
      });
      expect(await executeOnce(executor, aggregateId, command())).toMatchObject({
        outcome: 'refused',
        refusal: { code: 'taken' },
      });
    }
  });

  it('gives a concurrent repeat the same success, even if the first command makes the decision refuse it', async () => {
    const executor = new CommandExecutor({ store: bed.store });
    for (let round = 0; round < 20; round += 1) {
      const aggregateId = randomUUID();
      const context = command();
      const executions = await Promise.all(
        Array.from({ length: 6 }, () => executeOnce(executor, aggregateId, context)),
      );
      expect(executions.map(({ outcome }) => outcome)).toEqual(executions.map(() => 'accepted'));
      expect(await bed.store.getStreamVersion(`Counter-${aggregateId}`)).toBe(1);
    }
  });

  it('reports a conflict to a caller that pinned another version, and writes nothing', async () => {
    const executor = new CommandExecutor({ store: bed.store });
    const aggregateId = randomUUID();
    await bed.store.append(request({ aggregateId }));
    const execution = await executor.execute({
      aggregate: counter,
      aggregateId,
      command: command(),
      expectedVersion: 7,
      decide: () => accept(counted(1)),
    });
    expect(execution).toEqual({ outcome: 'version_mismatch', actualVersion: 1 });
    expect(await bed.store.getStreamVersion(`Counter-${aggregateId}`)).toBe(1);
  });

  describe('with aggregates in memory that other processes have changed', () => {
    const stale = async () => {
      const executor = new CommandExecutor({ store: bed.store });
      const aggregateId = randomUUID();
      await count(executor, aggregateId);
      await bed.store.append(request({ aggregateId, expectedVersion: 1, events: manyCounted(4) }));
      return { executor, aggregateId };
    };

    it('writes no decision that was made on the old state', async () => {
      const { executor, aggregateId } = await stale();
      const seen: number[] = [];
      const execution = await executor.execute({
        aggregate: counter,
        aggregateId,
        command: command(),
        decide: (state) => {
          seen.push(state);
          return accept(counted(1));
        },
      });
      expect(execution).toMatchObject({ outcome: 'accepted', result: { version: 6 } });
      expect(seen.at(-1)).toBe(5);
    });

    it('does not refuse a command because of the old state', async () => {
      const { executor, aggregateId } = await stale();
      const execution = await executor.execute({
        aggregate: counter,
        aggregateId,
        command: command(),
        decide: (state) => (state < 5 ? refuse('too_early', 'wait') : accept(counted(1))),
      });
      expect(execution.outcome).toBe('accepted');
    });

    it('compares a pinned version with the newest version', async () => {
      const { executor, aggregateId } = await stale();
      const pin = (expectedVersion: number) =>
        executor.execute({
          aggregate: counter,
          aggregateId,
          command: command(),
          expectedVersion,
          decide: () => accept(counted(1)),
        });
      expect(await pin(1)).toEqual({ outcome: 'version_mismatch', actualVersion: 5 });
      expect(await pin(5)).toMatchObject({ outcome: 'accepted', result: { version: 6 } });
    });

    it('continues if a restored log lacks events that are in memory', async () => {
      const { executor, aggregateId } = await stale();
      await executor.load(counter, aggregateId);
      await bed.admin.query(`
        SET session_replication_role = replica;
        WITH lost AS (DELETE FROM event_store.events WHERE stream_id = 'Counter-${aggregateId}' AND event_version > 3
          RETURNING partition)
        UPDATE event_store.partitions SET head = head - (SELECT count(*) FROM lost)
        WHERE partition IN (SELECT partition FROM lost);
        RESET session_replication_role`);
      expect(await count(executor, aggregateId)).toMatchObject({
        outcome: 'accepted',
        result: { version: 4 },
      });
    });

    it('loads the current state', async () => {
      const { executor, aggregateId } = await stale();
      expect(await executor.load(counter, aggregateId)).toMatchObject({ state: 5, version: 5 });
    });
  });

  describe('with a command that creates the aggregate', () => {
    const make = (executor: CommandExecutor, aggregateId: string, context: CommandContext, seen: number[]) =>
      executor.execute({
        aggregate: counter,
        aggregateId,
        startsStream: true,
        command: context,
        decide: (state) => {
          seen.push(state);
          return Promise.resolve(state === 0 ? accept(counted(1)) : refuse('exists', 'it is there'));
        },
      });
    const withoutReads = () => {
      const reads = jest.spyOn(bed.store, 'readStream');
      return () => {
        const asked = reads.mock.calls.length;
        reads.mockRestore();
        return asked;
      };
    };

    it('does not check first whether the aggregate exists', async () => {
      const reads = withoutReads();
      const executor = new CommandExecutor({ store: bed.store });
      expect(await make(executor, randomUUID(), command(), [])).toMatchObject({
        outcome: 'accepted',
        result: { version: 1 },
      });
      expect(reads()).toBe(0);
    });

    it('decides on the stored state if the aggregate exists', async () => {
      const executor = new CommandExecutor({ store: bed.store });
      const [aggregateId, seen] = [randomUUID(), [] as number[]];
      await bed.store.append(request({ aggregateId, events: manyCounted(4) }));
      expect(await make(executor, aggregateId, command(), seen)).toMatchObject({
        outcome: 'refused',
        refusal: { code: 'exists' },
      });
      expect(seen).toEqual([0, 4]);
    });

    it('answers a repeat with the first result, in the same process or another', async () => {
      const [aggregateId, context] = [randomUUID(), command()];
      const executor = new CommandExecutor({ store: bed.store });
      const first = await make(executor, aggregateId, context, []);
      for (const again of [executor, new CommandExecutor({ store: bed.store })]) {
        expect(await make(again, aggregateId, context, [])).toMatchObject({
          outcome: 'accepted',
          result: { ...(first as { result: object }).result, repeated: true },
        });
      }
    });
  });

  describe('with a decision that asks an outside party', () => {
    const charge = async (
      executor: CommandExecutor,
      aggregateId: string,
      context: CommandContext,
      seen: number[],
    ) =>
      executor.executeAsking({
        aggregate: counter,
        aggregateId,
        command: context,
        decide: (state) => {
          seen.push(state);
          return Promise.resolve(accept(counted(1)));
        },
      });

    it('does not ask if the log knows the command', async () => {
      const executor = new CommandExecutor({ store: bed.store });
      const [aggregateId, context, seen] = [randomUUID(), command(), [] as number[]];
      const first = await charge(executor, aggregateId, context, seen);
      expect(await charge(executor, aggregateId, context, seen)).toMatchObject({
        outcome: 'accepted',
        result: { ...(first as { result: object }).result, repeated: true },
      });
      expect(seen).toEqual([0]);
    });

    it('does not ask again after a conflict if another replica has stored the command meanwhile', async () => {
      const [aggregateId, context, seen] = [randomUUID(), command(), [] as number[]];
      const other = new CommandExecutor({ store: bed.store });
      const store = Object.create(bed.store, {
        append: {
          value: async ({ streamId, expectedVersion }: { streamId: string; expectedVersion: number }) => {
            await charge(other, aggregateId, context, []);
            throw new VersionConflictError(streamId, expectedVersion);
          },
        },
      }) as EventStore;
      expect(await charge(new CommandExecutor({ store }), aggregateId, context, seen)).toMatchObject({
        outcome: 'accepted',
        result: { version: 1, repeated: true },
      });
      expect(seen).toEqual([0]);
    });

    it('does not ask if another replica stores the command while the aggregate is being loaded', async () => {
      const [aggregateId, context, seen] = [randomUUID(), command(), [] as number[]];
      const other = new CommandExecutor({ store: bed.store });
      const lookUps: Promise<unknown>[] = [];
      const store = Object.create(bed.store, {
        findCommand: {
          value: (...of: Parameters<EventStore['findCommand']>) => {
            const found = bed.store.findCommand(...of);
            lookUps.push(found);
            return found;
          },
        },
        readStream: {
          value: async function* (...of: Parameters<EventStore['readStream']>) {
            await Promise.all(lookUps);
            await charge(other, aggregateId, context, []);
            yield* bed.store.readStream(...of);
          },
        },
      }) as EventStore;
      expect(await charge(new CommandExecutor({ store }), aggregateId, context, seen)).toMatchObject({
        outcome: 'accepted',
        result: { version: 1, repeated: true },
      });
      expect(seen).toEqual([]);
    });

    it('asks once if the answer is a refusal', async () => {
      const executor = new CommandExecutor({ store: bed.store });
      const aggregateId = randomUUID();
      await count(executor, aggregateId);
      let asked = 0;
      const execution = await executor.executeAsking({
        aggregate: counter,
        aggregateId,
        command: command(),
        decide: () => {
          asked += 1;
          return Promise.resolve(refuse('no', 'never'));
        },
      });
      expect([execution.outcome, asked]).toEqual(['refused', 1]);
    });

    it('does not ask on the basis of an old state', async () => {
      const executor = new CommandExecutor({ store: bed.store });
      const [aggregateId, seen] = [randomUUID(), [] as number[]];
      await count(executor, aggregateId);
      await bed.store.append(request({ aggregateId, expectedVersion: 1, events: manyCounted(4) }));
      await charge(executor, aggregateId, command(), seen);
      expect(seen).toEqual([5]);
    });
  });

  it('batches an append to an existing stream with other appends to its partition, whatever its key', async () => {
    const aggregateIds = Array.from({ length: 12 }, () => randomUUID());
    const homes = await Promise.all(
      aggregateIds.map((aggregateId) =>
        bed.store.append(request({ aggregateId, partitionKey: aggregateId })),
      ),
    );
    const lanes = jest.spyOn(AppendCoalescer.prototype, 'append');
    const executor = new CommandExecutor({ store: bed.store });
    for (const aggregateId of aggregateIds) {
      await executor.execute({
        aggregate: counter,
        aggregateId,
        command: command(),
        decide: () => accept(counted(1)),
      });
    }
    expect(lanes.mock.calls.map(([{ partition }]) => partition)).toEqual(
      homes.map(({ partition }) => partition),
    );
    lanes.mockRestore();
    expect(new Set(homes.map(({ partition }) => partition)).size).toBeGreaterThan(1);
  });

  it('loads the state at a version and at a time', async () => {
    const executor = new CommandExecutor({ store: bed.store });
    const aggregateId = randomUUID();
    await bed.store.append(request({ aggregateId, events: manyCounted(3) }));
    const { lastAt: timestamp } = (await bed.store.streamHead(`Counter-${aggregateId}`))!;
    expect(await executor.loadAt(counter, aggregateId, { version: 2 })).toMatchObject({
      state: 2,
      version: 2,
    });
    expect(await executor.loadAt(counter, aggregateId, { at: timestamp })).toMatchObject({ state: 3 });
    const before = new Date(timestamp.getTime() - 60_000);
    expect(await executor.loadAt(counter, aggregateId, { at: before })).toBeUndefined();
    expect(await executor.loadAt(counter, randomUUID(), { version: 1 })).toBeUndefined();
  });

  describe('with snapshots', () => {
    const evolved: number[] = [];
    const watched: Aggregate<number, CounterEvent> = {
      ...counter,
      evolve: (state, event) => {
        evolved.push(1);
        return counter.evolve(state, event);
      },
    };
    const faults: string[] = [];
    const cold = () =>
      new CommandExecutor({
        store: bed.store,
        snapshots: new PostgresSnapshots({ pool: bed.pool, onDamaged: (streamId) => faults.push(streamId) }),
        onSnapshotFault: (streamId) => faults.push(streamId),
      });
    const coldLoad = async (aggregateId: string, aggregate = watched) => {
      evolved.length = 0;
      const { state, version } = await cold().load(aggregate, aggregateId);
      return { state, version, folded: evolved.length };
    };
    const snapshotted = async () => {
      const executor = cold();
      const aggregateId = randomUUID();
      for (let index = 0; index < 5; index += 1) {
        await executor.execute({
          aggregate: counter,
          aggregateId,
          command: command(),
          decide: () => accept(...manyCounted(21)),
        });
      }
      await executor.settled();
      return aggregateId;
    };

    beforeEach(() => {
      faults.length = 0;
    });

    it('folds only the events after the newest snapshot', async () => {
      const aggregateId = await snapshotted();
      expect(await coldLoad(aggregateId)).toEqual({ state: 105, version: 105, folded: 0 });
      await bed.store.append(request({ aggregateId, expectedVersion: 105, events: manyCounted(3) }));
      expect(await coldLoad(aggregateId)).toEqual({ state: 108, version: 108, folded: 3 });
      expect(faults).toEqual([]);
    });

    it('ignores a snapshot with another shape of state', async () => {
      const aggregateId = await snapshotted();
      const next = { ...watched, stateVersion: 2 };
      expect(await coldLoad(aggregateId, next)).toEqual({ state: 105, version: 105, folded: 105 });
    });

    it.each([
      ['damaged', `SET state = '999'`],
      ['of another log', `SET event_id = gen_random_uuid()`],
      ['of a version beyond the log', `SET event_version = 900`],
    ])('ignores and reports a snapshot that is %s', async (_name, damage) => {
      const aggregateId = await snapshotted();
      await bed.admin.query(`UPDATE event_store.snapshots ${damage} WHERE stream_id = $1`, [
        `Counter-${aggregateId}`,
      ]);
      expect(await coldLoad(aggregateId)).toEqual({ state: 105, version: 105, folded: 105 });
      expect(faults).toEqual([`Counter-${aggregateId}`]);
    });

    it('works without the table of snapshots', async () => {
      const aggregateId = await snapshotted();
      await bed.admin.query('ALTER TABLE event_store.snapshots RENAME TO elsewhere');
      expect(await coldLoad(aggregateId)).toEqual({ state: 105, version: 105, folded: 105 });
      await bed.admin.query('ALTER TABLE event_store.elsewhere RENAME TO snapshots');
      expect(faults).toEqual([`Counter-${aggregateId}`]);
    });
  });
});
