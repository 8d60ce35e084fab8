import type { Lease } from '@tidemark/messaging';
import { eventually } from '@tidemark/test-servers';
import { parcelEvent, parcelProcess, type Parcel, type ParcelEvent } from './parcel.fixture';
import { startProcessBed, type ProcessBed } from './process-bed.fixture';
import type { ProcessDefinition } from './process-definition';
import type { ProcessEngine } from './process-engine';
import { ProcessReader } from './process-reader';
import { TimerRunner } from './timer-runner';

const by = { actor: 'admin-1' };

/** Its reminder throws for parcels that weigh less than nothing. */
function throwingProcess(): ProcessDefinition<Parcel, ParcelEvent> {
  const real = parcelProcess();
  return {
    ...real,
    react: (parcel, input) => {
      if (input.name === 'reminder' && parcel.weight < 0) {
        throw new RangeError('no parcel weighs less than nothing');
      }
      return real.react(parcel, input);
    },
  };
}

describe("timers that can't be handled", () => {
  let bed: ProcessBed;
  let engine: ProcessEngine;
  let lease: Lease;
  let position = 0;

  beforeAll(async () => {
    bed = await startProcessBed();
  });
  afterAll(() => bed.stop());

  beforeEach(async () => {
    await bed.reset();
    engine = bed.engine({ definitions: [throwingProcess()] });
    lease = await bed.lease(0);
    position = 0;
  });

  const next = () => ({ position: (position += 1) });
  const ordered = (id: string, weight: number) =>
    parcelEvent(id, 'ParcelOrdered', { ...next(), weight, at: '2010-12-01T08:00:00.000Z' });
  /** An order whose reminder is due after all others. */
  const healthy = (id: string) =>
    parcelEvent(id, 'ParcelOrdered', { ...next(), at: '2010-12-02T08:00:00.000Z' });
  const lost = (id: string) => parcelEvent(id, 'ParcelLost', next());
  const repeatsItself = (id: string) => [
    ordered(id, 1),
    parcelEvent(id, 'ParcelDelayed', next()),
    parcelEvent(id, 'ParcelFound', { ...next(), answers: 'remind' }),
  ];
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `bad${index}`);
  const reminded = async () => {
    const rows = await bed.rows(
      "SELECT instance_id FROM process_manager.commands WHERE step = 'remind' ORDER BY 1",
    );
    return rows.map(({ instance_id }) => instance_id);
  };
  const historyOf = async (id: string) => {
    const rows = await bed.rows(
      `SELECT event, action FROM process_manager.history WHERE instance_id = '${id}' ORDER BY entry`,
    );
    return rows.map(({ event, action }) => `${event as string}: ${action as string}`);
  };
  const stickInstances = () =>
    bed.rows(
      `UPDATE process_manager.instances SET status = 'PARKED', parked = '{"code": "reaction_failed", "message": "m"}'`,
    );
  const timersDue = async () => {
    const reader = new ProcessReader({ pool: bed.pool, process: 'parcel', giveUpAfterMs: 3_600_000 });
    return (await reader.figures()).timersDue;
  };
  const instance = async (id: string) => {
    const rows = await bed.rows(
      `SELECT status, parked->>'code' AS code FROM process_manager.instances WHERE instance_id = '${id}'`,
    );
    return rows[0];
  };

  it.each<[string, (id: string) => ReturnType<typeof lost>[]]>([
    ['that throws', (id) => [ordered(id, -1)]],
    ['that throws, of an instance that is already stuck', (id) => [ordered(id, -1), lost(id)]],
    ['that requests an answered step again', repeatsItself],
  ])(
    'are tried once and then held: fifty timers with a reaction %s do not stop other timers',
    async (_, badEvents) => {
      await bed.deliver(engine, lease, ...ids(50).flatMap(badEvents), healthy('good'));
      expect(await engine.fireTimers(50)).toBe(50);
      const history = await historyOf('bad0');
      expect(history.filter((entry) => entry.startsWith('reminder: parked'))).toHaveLength(1);
      expect(await instance('bad0')).toEqual({ status: 'PARKED', code: 'reaction_failed' });

      expect(await engine.fireTimers(50)).toBe(1);
      expect(await reminded()).toContain('good');
      expect(await engine.fireTimers(50)).toBe(0);
      expect(await historyOf('bad0')).toEqual(history);
    },
  );

  it('do not undo the changes of the same transaction to other instances', async () => {
    await bed.deliver(engine, lease, ...repeatsItself('bad'), ordered('good', 1));
    expect(await engine.fireTimers(50)).toBe(2);
    expect(await reminded()).toEqual(['bad', 'good']);
    expect(await instance('bad')).toEqual({ status: 'PARKED', code: 'reaction_failed' });
    expect(await instance('good')).toEqual({ status: 'RUNNING', code: null });
  });

  it('fire once after each retry by an operator', async () => {
    await bed.deliver(engine, lease, ordered('bad', -1), lost('bad'));
    expect(await engine.fireTimers(50)).toBe(1);
    expect(await engine.fireTimers(50)).toBe(0);

    expect(await engine.retry('bad', by)).toBe('done');
    expect(await engine.fireTimers(50)).toBe(1);
    expect(await engine.fireTimers(50)).toBe(0);
    expect(await reminded()).toEqual([]);

    await bed.rows(`UPDATE process_manager.instances SET state = state || '{"weight": 1}'`);
    expect(await engine.retry('bad', by)).toBe('done');
    expect(await engine.fireTimers(50)).toBe(1);
    expect(await engine.fireTimers(50)).toBe(0);
    expect(await reminded()).toEqual(['bad']);
    expect(await bed.rows('SELECT * FROM process_manager.timers')).toEqual([]);
  });

  it('stop later events of their instance, even if it was stuck for another reason', async () => {
    await bed.deliver(engine, lease, ordered('bad', -1), lost('bad'));
    await engine.fireTimers(50);
    await bed.deliver(engine, lease, parcelEvent('bad', 'ParcelPacked', next()));
    expect(
      await bed.rows(
        'SELECT state, parked, jsonb_array_length(deferred) AS deferred FROM process_manager.instances',
      ),
    ).toMatchObject([{ state: { step: 'packing' }, parked: { code: 'reaction_failed' }, deferred: 2 }]);
  });

  it('are held and released with their instance if they become due while it waits', async () => {
    await bed.deliver(engine, lease, ordered('p1', 1));
    await stickInstances();
    expect(await engine.fireTimers(50)).toBe(1);
    expect(await engine.fireTimers(50)).toBe(0);
    expect(await historyOf('p1')).toEqual(['ParcelOrdered: pack']);
    expect(await bed.rows('SELECT parked_at IS NOT NULL AS parked FROM process_manager.timers')).toEqual([
      { parked: true },
    ]);

    expect(await engine.retry('p1', by)).toBe('done');
    expect(await engine.fireTimers(50)).toBe(1);
    expect(await reminded()).toEqual(['p1']);
  });

  it('are released if a replica of an earlier release lets their instance continue', async () => {
    await bed.deliver(engine, lease, ordered('p1', 1));
    await stickInstances();
    await engine.fireTimers(50);
    await bed.rows(`UPDATE process_manager.instances SET status = 'RUNNING', parked = NULL`);
    expect(await engine.fireTimers(50)).toBe(1);
    expect(await reminded()).toEqual(['p1']);
  });

  it('do not count as due', async () => {
    await bed.deliver(engine, lease, ordered('bad', -1), lost('bad'));
    expect(await timersDue()).toBe(1);
    await engine.fireTimers(50);
    expect(await timersDue()).toBe(0);
  });

  it('let a healthy timer fire with the next poll, even if there are ten thousand of them', async () => {
    await bed.admin.query(`
      INSERT INTO process_manager.instances (process, instance_id, definition_version, status, state, parked, correlation_id)
      SELECT 'parcel', 'bad' || n, 1, 'PARKED', '{"step": "packing", "weight": -1}',
             '{"code": "unexpected_event", "message": "m"}', 'c'
        FROM generate_series(1, 10000) n;
      INSERT INTO process_manager.timers (process, instance_id, name, due_at)
      SELECT 'parcel', 'bad' || n, 'reminder', now() - interval '1 day' FROM generate_series(1, 10000) n`);
    const runner = new TimerRunner({ engine, pollIntervalMs: 3_600_000, batchSize: 1_000 });
    runner.start();
    await eventually(async () => expect(await timersDue()).toBe(0));
    await runner.stop();
    await bed.deliver(engine, lease, healthy('good'));
    expect(await engine.fireTimers(1)).toBe(1);
    expect(await reminded()).toEqual(['good']);
  });
});
