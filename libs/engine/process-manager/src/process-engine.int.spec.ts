import { LeaseLostError, parkedStream, type Lease, type ParkedBatch } from '@tidemark/messaging';
import { StoreUnavailableError } from '@tidemark/postgres';
import { DatabaseError, type PoolClient } from 'pg';
import { commandIdOf } from './command-id';
import { StepRepeatedError, UnknownDefinitionVersionError } from './errors';
import { parcelEvent, parcelProcess, type Parcel, type ParcelEventOptions } from './parcel.fixture';
import { startProcessBed, type ProcessBed } from './process-bed.fixture';
import type { ProcessEngine } from './process-engine';
import { handled } from './reaction';

const soon = '2999-01-01T00:00:00.000Z';

describe('ProcessEngine', () => {
  let bed: ProcessBed;
  let engine: ProcessEngine;
  let lease: Lease;

  beforeAll(async () => {
    bed = await startProcessBed();
  });
  afterAll(() => bed.stop());

  beforeEach(async () => {
    await bed.reset();
    engine = bed.engine();
    lease = await bed.lease(0);
  });

  const ordered = (id: string, options: ParcelEventOptions = {}) =>
    parcelEvent(id, 'ParcelOrdered', { at: soon, ...options });
  const instances = () =>
    bed.rows('SELECT instance_id, status, state, deferred, parked FROM process_manager.instances ORDER BY 1');
  const commands = () =>
    bed.rows(
      'SELECT instance_id, step, settled_by, parked_at IS NOT NULL AS parked FROM process_manager.commands ORDER BY 1, 2',
    );

  it('writes state, history, commands, timers and checkpoint of a batch', async () => {
    await bed.deliver(
      engine,
      lease,
      ordered('p1', { position: 1, weight: 3 }),
      ordered('p2', { position: 2 }),
    );

    expect(await instances()).toMatchObject([
      { instance_id: 'p1', status: 'RUNNING', state: { step: 'packing', weight: 3 } },
      { instance_id: 'p2', status: 'RUNNING' },
    ]);
    const [command] = await bed.rows("SELECT * FROM process_manager.commands WHERE instance_id = 'p1'");
    expect(command).toMatchObject({
      command_id: commandIdOf('parcel', 'p1', 'pack'),
      attempts: 0,
      envelope: {
        commandId: commandIdOf('parcel', 'p1', 'pack'),
        streamType: 'Parcel',
        type: 'Pack',
        data: { weight: 3 },
        correlationId: 'correlation-p1',
        actor: 'process:parcel',
        causingEventId: '0-1',
        traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      },
    });
    expect(await bed.rows('SELECT instance_id, name FROM process_manager.timers ORDER BY 1')).toEqual([
      { instance_id: 'p1', name: 'reminder' },
      { instance_id: 'p2', name: 'reminder' },
    ]);
    expect(await bed.rows('SELECT instance_id, event, action FROM process_manager.history')).toEqual([
      { instance_id: 'p1', event: 'ParcelOrdered', action: 'pack' },
      { instance_id: 'p2', event: 'ParcelOrdered', action: 'pack' },
    ]);
    expect(await bed.groupStore.loadCheckpoint(0)).toEqual({ position: 2, eventId: '0-2' });
  });

  it("takes the event that a command caused as the command's answer, and completes when all commands have answers", async () => {
    await bed.deliver(engine, lease, ordered('p1', { position: 1 }));
    await bed.deliver(engine, lease, parcelEvent('p1', 'ParcelPacked', { position: 2 }));
    await bed.deliver(
      engine,
      lease,
      parcelEvent('p1', 'ParcelCollected', { position: 3, answers: 'collect' }),
    );
    expect(await instances()).toMatchObject([{ status: 'RUNNING', state: { step: 'gone' } }]);

    await bed.deliver(engine, lease, parcelEvent('p1', 'ParcelPacked', { position: 4, answers: 'pack' }));
    expect(await instances()).toMatchObject([{ status: 'FULFILLED' }]);
    expect(await commands()).toMatchObject([
      { step: 'collect', settled_by: '0-3' },
      { step: 'pack', settled_by: '0-4' },
    ]);
    expect(await bed.rows('SELECT * FROM process_manager.timers')).toEqual([]);
  });

  it('keeps early events of another partition, even in the batch that starts the instance', async () => {
    const other = await bed.lease(1);
    await bed.deliver(
      engine,
      other,
      parcelEvent('p1', 'ParcelCollected', { partition: 1, position: 1, answers: 'collect' }),
    );
    await bed.deliver(
      engine,
      lease,
      parcelEvent('p1', 'ParcelPacked', { position: 1, answers: 'pack' }),
      ordered('p1', { position: 2 }),
    );
    expect(await instances()).toMatchObject([{ status: 'FULFILLED', state: { step: 'gone' }, deferred: [] }]);
    expect((await commands()).every(({ settled_by }) => settled_by !== null)).toBe(true);
  });

  it('creates no instance for an event that does not start one', async () => {
    await bed.deliver(engine, lease, parcelEvent('p1', 'ParcelLost', { position: 1 }));
    expect(await instances()).toEqual([]);
    expect(await bed.groupStore.loadCheckpoint(0)).toMatchObject({ position: 1 });
  });

  it.each([
    'INSERT INTO process_manager.commands',
    'process_manager.timers',
    'process_manager.history',
    'COMMIT',
  ])('leaves nothing behind when it dies at %s', async (statement) => {
    const failing = bed.engine({ pool: dyingAt(bed, statement) });
    const batch = [ordered('p1', { position: 1 }), ordered('p2', { position: 2 })];
    await expect(bed.deliver(failing, lease, ...batch)).rejects.toThrow('died');
    expect(await instances()).toEqual([]);
    expect(await commands()).toEqual([]);
    expect(await bed.groupStore.loadCheckpoint(0)).toEqual({ position: 0 });

    await bed.deliver(engine, lease, ...batch);
    expect(await commands()).toHaveLength(2);
  });

  it('writes nothing if another owner has the partition, or if the batch was applied before', async () => {
    await bed.deliver(engine, lease, ordered('p1', { position: 1 }));
    const [after, to] = [{ position: 0 }, { position: 1, eventId: '0-1' }];
    const again = { lease, after, to, events: [ordered('p3', { position: 1 })] };
    await expect(engine.handle(again, new AbortController().signal)).rejects.toThrow(LeaseLostError);

    await bed.groupStore.release(lease);
    const successor = await bed.lease(0, 'other');
    const late = bed.deliver(engine, lease, ordered('p2', { position: 2 }));
    await expect(late).rejects.toThrow(LeaseLostError);
    expect((await instances()).map(({ instance_id }) => instance_id)).toEqual(['p1']);

    await bed.deliver(engine, successor, ordered('p2', { position: 2 }));
    expect(await instances()).toHaveLength(2);
  });

  it('neither deadlocks nor loses an update when many partitions have events of the same instances', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`);
    const partitions = [1, 2, 3, 4, 5, 6];
    const leases = await Promise.all(partitions.map((partition) => bed.lease(partition)));
    const types = ['ParcelOrdered', 'ParcelPacked', 'ParcelCollected'] as const;
    // Each partition handles the instances in a different order, first to create them and then to change them.
    for (const round of [0, 1, 2, 3]) {
      await Promise.all(
        leases.map((held, index) => {
          const rotated = [...ids.slice(index * 2), ...ids.slice(0, index * 2)];
          const inOrder = index % 2 === 0 ? rotated : rotated.reverse();
          const events = inOrder.map((id, at) =>
            parcelEvent(id, types[index % 3]!, {
              partition: held.partition,
              position: round * ids.length + at + 1,
              at: soon,
            }),
          );
          return bed.deliver(bed.engine(), held, ...events);
        }),
      );
    }
    const states = await instances();
    expect(states).toHaveLength(ids.length);
    expect(states.every(({ state }) => (state as { step: string }).step === 'gone')).toBe(true);
  });

  it.each(['status', 'givenUp'] as const)(
    'stops only one instance if its process throws in %s',
    async (asked) => {
      const real = parcelProcess();
      const throwing = bed.engine({
        definitions: [
          {
            ...real,
            [asked]: (parcel: Parcel) => {
              if (parcel.weight < 0) {
                throw new RangeError('no parcel weighs less than nothing');
              }
              return real[asked]!(parcel);
            },
          },
        ],
      });
      await bed.deliver(
        throwing,
        lease,
        ordered('p1', { position: 1, weight: -1 }),
        ordered('p2', { position: 2 }),
        parcelEvent('p1', 'ParcelPacked', { position: 3, answers: 'pack' }),
        parcelEvent('p2', 'ParcelPacked', { position: 4, answers: 'pack' }),
      );
      expect(await instances()).toMatchObject([
        { status: 'PARKED', parked: { code: 'reaction_failed' } },
        { status: 'RUNNING', parked: null, state: { step: 'collecting' } },
      ]);
      expect((await bed.groupStore.loadCheckpoint(0))!.position).toBe(4);
    },
  );

  it('does not move running instances from the version that started them', async () => {
    await bed.deliver(engine, lease, ordered('p1', { position: 1 }));
    const both = bed.engine({ definitions: [parcelProcess({ version: 2 }), parcelProcess()] });
    await bed.deliver(both, lease, ordered('p2', { position: 2 }));
    expect(
      await bed.rows('SELECT instance_id, definition_version FROM process_manager.instances ORDER BY 1'),
    ).toEqual([
      { instance_id: 'p1', definition_version: 1 },
      { instance_id: 'p2', definition_version: 2 },
    ]);
    const onlyNew = bed.engine({ definitions: [parcelProcess({ version: 2 })] });
    const late = bed.deliver(onlyNew, lease, parcelEvent('p1', 'ParcelPacked', { position: 3 }));
    // The fault belongs to the environment: during a rollout, the stream is not to blame.
    const failure: unknown = await late.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnknownDefinitionVersionError);
    expect(failure).toMatchObject({ retryable: true });
  });

  it('leaves timers and unanswered commands of an unknown version to replicas that know it', async () => {
    const past = { at: '2010-12-01T08:00:00.000Z' };
    const newer = bed.engine({ definitions: [parcelProcess({ version: 2 })] });
    await bed.deliver(newer, lease, ordered('p2', { position: 1, ...past }));
    await bed.deliver(engine, lease, ordered('p1', { position: 2, ...past }));
    expect(await engine.fireTimers(10)).toBe(1);
    await bed.pool.query(
      "UPDATE process_manager.commands SET first_sent_at = now() - interval '61 minutes', attempts = 60",
    );
    expect(await engine.giveUpUnanswered(10)).toBe(1);
    expect(await instances()).toMatchObject([
      { instance_id: 'p1', status: 'PARKED' },
      { instance_id: 'p2', status: 'RUNNING' },
    ]);
    expect(await newer.fireTimers(10)).toBe(1);
    expect(await newer.giveUpUnanswered(10)).toBe(1);
  });

  it('fails if an answered step is requested again', async () => {
    await bed.deliver(
      engine,
      lease,
      ordered('p1', { position: 1 }),
      parcelEvent('p1', 'ParcelDelayed', { position: 2 }),
    );
    await bed.deliver(engine, lease, parcelEvent('p1', 'ParcelFound', { position: 3, answers: 'remind' }));
    const again = bed.deliver(engine, lease, parcelEvent('p1', 'ParcelDelayed', { position: 4 }));
    await expect(again).rejects.toThrow(StepRepeatedError);
  });

  it('gives an instance only the events that its own version knows', async () => {
    const first = parcelProcess();
    const second = {
      ...parcelProcess({ version: 2 }),
      eventTypes: ['ParcelOrdered', 'ParcelLabelled'] as const,
      react: () => handled('labelled', { step: 'gone', weight: 0 } as const),
    };
    const both = bed.engine({ definitions: [first, second as unknown as typeof first] });
    const labelled = { ...parcelEvent('p1', 'ParcelLost', { position: 2 }), type: 'ParcelLabelled' };
    await bed.deliver(engine, lease, ordered('p1', { position: 1 }));
    await bed.deliver(both, lease, labelled);
    expect(await instances()).toMatchObject([{ instance_id: 'p1', status: 'RUNNING', parked: null }]);

    // The next version ignores this event, but the instance does not.
    await bed.deliver(both, lease, parcelEvent('p1', 'ParcelPacked', { position: 3 }));
    expect(await instances()).toMatchObject([{ instance_id: 'p1', state: { step: 'collecting' } }]);
  });

  it('calls its hooks after the commit', async () => {
    const told: unknown[] = [];
    const telling = bed.engine({
      giveUpAfterMs: 0,
      hooks: {
        onCommands: () => told.push('commands'),
        onTimer: (name) => told.push(name),
        onUnanswered: (count) => told.push(count),
        onEnded: (status) => told.push(status),
      },
    });
    await bed.deliver(telling, lease, parcelEvent('p1', 'ParcelOrdered', { position: 1 }));
    expect(told.splice(0)).toEqual(['commands']);
    await telling.fireTimers(10);
    expect(told.splice(0)).toEqual(['commands', 'reminder']);
    await bed.pool.query(
      "UPDATE process_manager.commands SET first_sent_at = now() - interval '1 second', attempts = 60",
    );
    await telling.giveUpUnanswered(10);
    expect(told.splice(0)).toEqual([2]);
    await bed.deliver(
      telling,
      lease,
      parcelEvent('p1', 'ParcelPacked', { position: 2, answers: 'pack' }),
      parcelEvent('p1', 'ParcelOrdered', { position: 3, answers: 'remind' }),
      parcelEvent('p1', 'ParcelCollected', { position: 4, answers: 'collect' }),
    );
    expect(told.splice(0)).toEqual(['commands', 'COMPLETED']);
    await bed.deliver(telling, lease, parcelEvent('p1', 'ParcelPacked', { position: 5 }));
    expect(told).toEqual([]);
  });

  describe('a parked stream', () => {
    const { signal } = new AbortController();

    /** Parks the stream of `p1` at its first event, and moves the partition to position 3. */
    async function parked(): Promise<ParkedBatch> {
      const event = ordered('p1', { position: 1 });
      const failure = { error: new Error('no'), attempts: 1 };
      const from = parkedStream('parcels', lease, event, failure, '2026-01-01T00:00:00.000Z');
      await bed.parkedStore.park(lease, from, { position: 0 }, { position: 1, eventId: '0-1' });
      await bed.deliver(engine, lease, ordered('p2', { position: 3 }));
      return {
        lease,
        checkpoint: { position: 3, eventId: '0-3' },
        events: [event, parcelEvent('p1', 'ParcelPacked', { position: 2 })],
        from,
        to: { ...from, status: 'RESOLVED', revision: from.revision + 1 },
        isLeftOut: () => false,
      };
    }

    it('takes effect once, together with its record', async () => {
      const batch = await parked();
      await engine.handleParked(batch, signal);
      expect(await instances()).toMatchObject([
        { instance_id: 'p1', state: { step: 'collecting' } },
        { instance_id: 'p2' },
      ]);
      expect(await bed.parkedStore.find(batch.from.id)).toEqual(batch.to);
      await expect(engine.handleParked(batch, signal)).rejects.toThrow(LeaseLostError);
      expect(await bed.groupStore.loadCheckpoint(0)).toMatchObject({ position: 3 });
    });

    it.each(['process_manager.history', 'parked_streams', 'COMMIT'])(
      'leaves nothing behind when the process dies at %s',
      async (statement) => {
        const batch = await parked();
        const failing = bed.engine({ pool: dyingAt(bed, statement) });
        await expect(failing.handleParked(batch, signal)).rejects.toThrow('died');
        expect(await instances()).toMatchObject([{ instance_id: 'p2' }]);
        expect(await bed.parkedStore.find(batch.from.id)).toEqual(batch.from);
        await engine.handleParked(batch, signal);
        expect(await instances()).toHaveLength(2);
      },
    );

    it('is not changed by an owner that has lost the partition, or whose time is up', async () => {
      const batch = await parked();
      await expect(engine.handleParked(batch, AbortSignal.abort())).rejects.toThrow();
      await bed.groupStore.release(lease);
      await bed.lease(0, 'other');
      await expect(engine.handleParked(batch, signal)).rejects.toThrow(LeaseLostError);
      expect(await instances()).toHaveLength(1);
    });
  });

  it('distinguishes a retryable fault of the database from a fault of the event', async () => {
    const failing = (state: string) => {
      const error = Object.assign(new DatabaseError('no', 1, 'error'), { code: state });
      return bed.engine({ advanceCheckpoint: () => Promise.reject(error) });
    };
    for (const state of ['08006', '53300', '57P01', '57014', '40001', '40P01', '55P03', '42501', '42P01']) {
      const failure: unknown = await bed
        .deliver(failing(state), lease, ordered('p1', { position: 1 }))
        .catch((error: unknown) => error);
      expect([state, failure]).toEqual([state, expect.any(StoreUnavailableError)]);
    }
    for (const state of ['22P05', '23514', '54000']) {
      const failure = bed.deliver(failing(state), lease, ordered('p1', { position: 1 }));
      await expect(failure).rejects.toBeInstanceOf(DatabaseError);
    }
  });

  describe('timers', () => {
    it("fire once, when they are due by the database's clock", async () => {
      await bed.deliver(
        engine,
        lease,
        ordered('p1', { position: 1 }),
        ordered('p2', { position: 2, at: '2010-12-01T08:00:00.000Z' }),
      );
      expect(await engine.fireTimers(10)).toBe(1);
      expect(await engine.fireTimers(10)).toBe(0);
      expect((await commands()).filter(({ step }) => step === 'remind')).toMatchObject([
        { instance_id: 'p2' },
      ]);
    });

    it('fire once with several runners', async () => {
      const events = Array.from({ length: 20 }, (_, index) =>
        parcelEvent(`p${index}`, 'ParcelOrdered', { position: index + 1 }),
      );
      await bed.deliver(engine, lease, ...events);
      const told: string[] = [];
      const runner = () => bed.engine({ hooks: { onTimer: (name) => told.push(name) } });
      const fired = await Promise.all(Array.from({ length: 4 }, () => runner().fireTimers(20)));
      expect(fired.reduce((sum, count) => sum + count)).toBe(20);
      expect(told).toHaveLength(20);
      expect((await commands()).filter(({ step }) => step === 'remind')).toHaveLength(20);
    });

    it('wait while another transaction works on the instance', async () => {
      await bed.deliver(engine, lease, parcelEvent('p1', 'ParcelOrdered', { position: 1 }));
      const client = await bed.pool.connect();
      await client.query('BEGIN');
      await client.query('SELECT FROM process_manager.instances FOR UPDATE');
      expect(await engine.fireTimers(10)).toBe(0);
      await client.query('ROLLBACK');
      client.release();
      expect(await engine.fireTimers(10)).toBe(1);
    });
  });

  describe('a stuck instance', () => {
    it('waits if its process throws, while the batch continues, until a retry handles all waiting events', async () => {
      await bed.deliver(
        engine,
        lease,
        ordered('p1', { position: 1, weight: -1 }),
        parcelEvent('p1', 'ParcelPacked', { position: 2, answers: 'pack' }),
        parcelEvent('p1', 'ParcelCollected', { position: 3 }),
        ordered('p2', { position: 4 }),
      );
      expect(await instances()).toMatchObject([
        { instance_id: 'p1', status: 'PARKED', parked: { code: 'reaction_failed' }, deferred: [{}, {}] },
        { instance_id: 'p2', status: 'RUNNING' },
      ]);
      expect(await engine.retry('p1', { actor: 'admin-1' })).toBe('done');
      expect(await instances()).toMatchObject([{ status: 'PARKED' }, {}]);

      await bed.rows(
        `UPDATE process_manager.instances SET state = state || '{"weight": 1}' WHERE instance_id = 'p1'`,
      );
      expect(await engine.retry('p1', { actor: 'admin-1' })).toBe('done');
      expect(await instances()).toMatchObject([{ state: { step: 'gone' }, deferred: [] }, {}]);
      const acts = await bed.rows("SELECT actor FROM process_manager.history WHERE event = 'retry'");
      expect(acts).toEqual([{ actor: 'admin-1' }, { actor: 'admin-1' }]);
    });

    it('has an event that contradicts its step, and no other instance can be retried', async () => {
      await bed.deliver(engine, lease, ordered('p1', { position: 1 }));
      expect(await engine.retry('p1', { actor: 'admin-1' })).toBe('not_stuck');
      expect(await engine.retry('p9', { actor: 'admin-1' })).toBe('not_found');
      await bed.deliver(engine, lease, parcelEvent('p1', 'ParcelLost', { position: 2 }));
      expect(await instances()).toMatchObject([{ status: 'PARKED', parked: { code: 'unexpected_event' } }]);
    });

    it('has commands that stayed unanswered for too long, and continues after an answer or a retry', async () => {
      await bed.deliver(engine, lease, ordered('p1', { position: 1 }), ordered('p2', { position: 2 }));
      expect(await engine.giveUpUnanswered(10)).toBe(0);
      await bed.rows(
        "UPDATE process_manager.commands SET first_sent_at = now() - interval '61 minutes', attempts = 60",
      );

      expect(await engine.giveUpUnanswered(10)).toBe(2);
      expect(await engine.giveUpUnanswered(10)).toBe(0);
      expect(await instances()).toMatchObject([
        { status: 'PARKED', parked: { code: 'command_unanswered', message: 'no answer to pack' } },
        { status: 'PARKED' },
      ]);

      await bed.deliver(engine, lease, parcelEvent('p1', 'ParcelPacked', { position: 3, answers: 'pack' }));
      expect(await instances()).toMatchObject([{ status: 'RUNNING', parked: null }, { status: 'PARKED' }]);

      await engine.retry('p2', { actor: 'admin-1' });
      expect(
        await bed.rows("SELECT parked_at, attempts FROM process_manager.commands WHERE instance_id = 'p2'"),
      ).toEqual([{ parked_at: null, attempts: 0 }]);
      expect(await instances()).toMatchObject([{}, { status: 'RUNNING' }]);
    });

    it('continues after a skip, and records the operator and the reason', async () => {
      const by = { actor: 'admin-1', reason: 'found again' };
      await bed.deliver(engine, lease, ordered('p1', { position: 1 }), ordered('p2', { position: 2 }));
      expect(await engine.skip('p1', by)).toBe('not_stuck');
      expect(await engine.skip('p9', by)).toBe('not_found');
      await bed.deliver(engine, lease, parcelEvent('p1', 'ParcelLost', { position: 3 }));
      expect(await engine.skip('p1', by)).toBe('done');
      expect(await instances()).toMatchObject([{ status: 'RUNNING', deferred: [], parked: null }, {}]);

      await bed.rows(
        "UPDATE process_manager.commands SET first_sent_at = now() - interval '61 minutes', attempts = 60",
      );
      expect(await engine.giveUpUnanswered(10)).toBe(2);
      expect(await engine.skip('p2', by)).toBe('done');
      expect(await instances()).toMatchObject([{}, { status: 'RUNNING', state: { step: 'collecting' } }]);
      expect(await commands()).toMatchObject([
        { instance_id: 'p1', step: 'pack', settled_by: null, parked: true },
        { instance_id: 'p2', step: 'pack', settled_by: 'skip' },
      ]);
      expect(
        await bed.rows(
          "SELECT instance_id, action, actor, reason FROM process_manager.history WHERE event = 'skip'",
        ),
      ).toEqual([
        { instance_id: 'p1', action: 'dropped ParcelLost 0-3', ...by },
        { instance_id: 'p2', action: 'packed by hand', ...by },
      ]);
    });

    it('does not change if a request is not possible', async () => {
      const by = { actor: 'admin-1', reason: 'no longer wanted' };
      await bed.deliver(engine, lease, ordered('p1', { position: 1 }));
      expect(await engine.forceCompensate('p9', by)).toBe('not_found');
      expect(await engine.forceCompensate('p1', by)).toBe('not_possible');
      await bed.deliver(engine, lease, parcelEvent('p1', 'ParcelPacked', { position: 2, answers: 'pack' }));
      await bed.rows(
        "UPDATE process_manager.commands SET first_sent_at = now() - interval '61 minutes', attempts = 60",
      );
      await engine.giveUpUnanswered(10);
      expect(await engine.skip('p1', by)).toBe('not_possible');
      expect(await instances()).toMatchObject([{ status: 'PARKED', state: { step: 'collecting' } }]);

      expect(await engine.forceCompensate('p1', by)).toBe('done');
      expect(await instances()).toMatchObject([{ status: 'RUNNING', state: { step: 'gone' } }]);
      expect(await commands()).toMatchObject([{ step: 'collect', settled_by: null, parked: false }, {}]);
    });
  });
});

/** A pool whose connections break at the first statement that contains the text. */
function dyingAt({ pool }: ProcessBed, text: string): ProcessBed['pool'] {
  const connect = async (): Promise<PoolClient> => {
    const client = await pool.connect();
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>;
    return new Proxy(client, {
      get: (target, property) => {
        if (property !== 'query') {
          const value: unknown = Reflect.get(target, property);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        }
        return (...args: unknown[]) => {
          const statement = args[0] as string | { readonly text: string };
          const sql = typeof statement === 'string' ? statement : statement.text;
          return sql.includes(text) ? Promise.reject(new Error('died')) : query(...args);
        };
      },
    });
  };
  return new Proxy(pool, {
    get: (target, property) =>
      property === 'connect' ? connect : (Reflect.get(target, property) as unknown),
  });
}
