import type { CommandEnvelope, Lease } from '@tidemark/messaging';
import { eventually } from '@tidemark/test-servers';
import { setImmediate as turn } from 'node:timers/promises';
import { CommandDispatcher, type CommandDispatcherOptions } from './command-dispatcher';
import { parcelEvent } from './parcel.fixture';
import { startProcessBed, type ProcessBed } from './process-bed.fixture';
import type { ProcessEngine } from './process-engine';

describe('CommandDispatcher', () => {
  let bed: ProcessBed;
  let engine: ProcessEngine;
  let lease: Lease;
  let sent: CommandEnvelope[];
  let running: CommandDispatcher[];

  beforeAll(async () => {
    bed = await startProcessBed();
  });
  afterAll(() => bed.stop());

  beforeEach(async () => {
    await bed.reset();
    engine = bed.engine();
    lease = await bed.lease(0);
    sent = [];
    running = [];
  });
  afterEach(async () => {
    await Promise.all(running.map((dispatcher) => dispatcher.stop()));
  });

  const outlet = {
    publish: (command: CommandEnvelope): Promise<void> => {
      sent.push(command);
      return Promise.resolve();
    },
  };
  const dispatcher = (options: Partial<CommandDispatcherOptions> = {}) =>
    new CommandDispatcher({ pool: bed.pool, process: 'parcel', outlet, ...options });
  const start = (options: Partial<CommandDispatcherOptions> = {}) => {
    const started = dispatcher(options);
    running.push(started);
    started.start();
    return started;
  };
  const order = (count: number) =>
    bed.deliver(
      engine,
      lease,
      ...Array.from({ length: count }, (_, index) =>
        parcelEvent(`p${index}`, 'ParcelOrdered', { position: index + 1, at: '2999-01-01T00:00:00.000Z' }),
      ),
    );

  it('sends the same command again until its answer arrives', async () => {
    await order(1);
    start({ firstResendMs: 20, maxResendMs: 40, pollIntervalMs: 5 });
    await eventually(() => sent.length >= 4);
    expect(new Set(sent.map((command) => JSON.stringify(command))).size).toBe(1);

    await bed.deliver(engine, lease, parcelEvent('p0', 'ParcelPacked', { position: 2, answers: 'pack' }));
    await bed.deliver(
      engine,
      lease,
      parcelEvent('p0', 'ParcelCollected', { position: 3, answers: 'collect' }),
    );
    expect(await dispatcher().dispatchDue()).toBe(false);
    const [outstanding] = await bed.rows(
      'SELECT count(*) AS n FROM process_manager.commands WHERE settled_at IS NULL',
    );
    expect(outstanding).toEqual({ n: 0 });
    await eventually(async () => {
      const before = sent.length;
      await dispatcher().dispatchDue();
      return sent.length === before;
    });
  });

  it('sends the number of the attempt', async () => {
    await order(1);
    const attempts: number[] = [];
    const counting = {
      publish: (_command: CommandEnvelope, attempt: number) => {
        attempts.push(attempt);
        return Promise.resolve();
      },
    };
    for (let sends = 0; sends < 3; sends += 1) {
      await dispatcher({ outlet: counting }).dispatchDue();
      await bed.rows('UPDATE process_manager.commands SET due_at = now()');
    }
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('doubles the wait up to the longest wait', async () => {
    await order(1);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await dispatcher({ firstResendMs: 2_000, maxResendMs: 7_000 }).dispatchDue();
      const [row] = await bed.rows(
        'SELECT round(extract(epoch FROM due_at - now()))::integer AS wait FROM process_manager.commands',
      );
      waits.push(Number(row!['wait']));
      await bed.rows('UPDATE process_manager.commands SET due_at = now()');
    }
    expect(waits).toEqual([2, 4, 7, 7]);
  });

  describe("after a step of the database's clock", () => {
    /** Simulates a step of the clock by `by`: moves the stored times by the same amount the other way. */
    const stepClock = (by: string) =>
      bed.rows(`
        UPDATE process_manager.commands
           SET created_at = created_at - interval '${by}', due_at = due_at - interval '${by}',
               first_sent_at = first_sent_at - interval '${by}'`);
    const firstSent = () =>
      bed.rows('SELECT attempts, first_sent_at <= now() AS is_past FROM process_manager.commands');

    it.each(['-1 hour', '-100 days', '2 hours'])('of %s, sends waiting commands once', async (by) => {
      await order(3);
      await dispatcher().dispatchDue();
      expect(sent).toHaveLength(3);
      await stepClock(by);
      expect(await dispatcher({ batchSize: 2 }).dispatchDue()).toBe(true);
      expect(await dispatcher({ batchSize: 2 }).dispatchDue()).toBe(false);
      expect(await dispatcher().dispatchDue()).toBe(false);
      expect(sent).toHaveLength(6);
      expect(await firstSent()).toEqual(Array.from({ length: 3 }, () => ({ attempts: 2, is_past: true })));
    });

    it('of -1 hour, sends commands that were never sent', async () => {
      await order(1);
      await stepClock('-1 hour');
      await dispatcher().dispatchDue();
      expect(sent).toHaveLength(1);
    });

    it('of less than the longest wait, lets commands wait as usual', async () => {
      await order(1);
      const patient = { firstResendMs: 60_000, maxResendMs: 3_600_000 };
      await dispatcher(patient).dispatchDue();
      await stepClock('-1 hour');
      expect(await dispatcher(patient).dispatchDue()).toBe(false);
      expect(sent).toHaveLength(1);
    });

    it('of 2 hours, gives up no command that was just sent', async () => {
      await order(1);
      await dispatcher().dispatchDue();
      await stepClock('2 hours');
      expect(await engine.giveUpUnanswered(10)).toBe(0);
      for (let sends = 2; sends <= 5; sends += 1) {
        expect(await engine.giveUpUnanswered(10)).toBe(0);
        await bed.rows('UPDATE process_manager.commands SET due_at = now()');
        await dispatcher().dispatchDue();
        expect(sent).toHaveLength(sends);
      }
      expect(await engine.giveUpUnanswered(10)).toBe(1);
    });
  });

  it('wakes after a commit, however long it would sleep', async () => {
    const slow = start({ pollIntervalMs: 600_000 });
    engine = bed.engine({ hooks: { onCommands: () => slow.wake() } });
    await order(1);
    await eventually(() => sent.length === 1);
  });

  it('publishes each due command once, with several dispatchers at the same time', async () => {
    await order(200);
    const dispatchers = Array.from({ length: 4 }, () => dispatcher({ batchSize: 7 }));
    await Promise.all(
      dispatchers.map(async (one) => {
        while (await one.dispatchDue()) {
          // Works until nothing is due.
        }
      }),
    );
    expect(sent).toHaveLength(200);
    expect(new Set(sent.map(({ commandId }) => commandId)).size).toBe(200);
  });

  it('does not count an attempt that could not be published, and repeats it', async () => {
    await order(1);
    const broken = { publish: () => Promise.reject(new Error('no broker')) };
    expect(await dispatcher({ outlet: broken, firstResendMs: 10 }).dispatchDue()).toBe(false);
    expect(await bed.rows('SELECT attempts, first_sent_at FROM process_manager.commands')).toEqual([
      { attempts: 0, first_sent_at: null },
    ]);
    await eventually(async () => {
      await dispatcher().dispatchDue();
      return sent.length === 1;
    });
  });

  it('publishes other commands behind hundreds of commands for a queue that accepts nothing', async () => {
    await order(250);
    await bed.rows(`
      UPDATE process_manager.commands
         SET envelope = envelope || '{"streamType": "Lost"}', due_at = now() - interval '1 minute'
       WHERE instance_id <> 'p249'`);
    const tried: string[] = [];
    const picky = {
      publish: (command: CommandEnvelope) => {
        tried.push(command.streamType);
        return command.streamType === 'Lost'
          ? Promise.reject(new Error('no such queue'))
          : outlet.publish(command);
      },
    };
    start({ outlet: picky, pollIntervalMs: 3_600_000 });
    await eventually(() => sent.length === 1);
    // The failing queue gets only one batch in this round.
    expect(tried.filter((type) => type === 'Lost')).toHaveLength(100);
  });

  it('tries a queue again in the next round', async () => {
    await order(3);
    let isBroken = true;
    const mended = {
      publish: (command: CommandEnvelope) =>
        isBroken ? Promise.reject(new Error('no such queue')) : outlet.publish(command),
    };
    const one = dispatcher({ outlet: mended, batchSize: 2, firstResendMs: 60_000 });
    expect(await one.dispatchDue()).toBe(true);
    expect(await one.dispatchDue()).toBe(false);
    isBroken = false;
    await bed.rows('UPDATE process_manager.commands SET due_at = now()');
    expect(await one.dispatchDue()).toBe(true);
    expect(await one.dispatchDue()).toBe(false);
    expect(sent).toHaveLength(3);
  });

  it('publishes other commands behind commands for a queue that does not answer', async () => {
    await order(20);
    await bed.rows(`
      UPDATE process_manager.commands
         SET envelope = envelope || '{"streamType": "Silent"}', due_at = now() - interval '1 minute'
       WHERE instance_id <> 'p19'`);
    const hanging: (() => void)[] = [];
    const reluctant = {
      publish: (command: CommandEnvelope) =>
        command.streamType === 'Silent'
          ? new Promise<void>((resolve) => hanging.push(resolve))
          : outlet.publish(command),
    };
    start({ outlet: reluctant, batchSize: 3, firstResendMs: 600_000, maxResendMs: 600_000 });
    await eventually(() => sent.length === 1);
    // A queue that does not answer gets no further commands meanwhile.
    expect(hanging).toHaveLength(3);
    hanging.splice(0).forEach((answer) => answer());
    await eventually(async () => {
      hanging.splice(0).forEach((answer) => answer());
      const [row] = await bed.rows(
        'SELECT count(*)::integer AS n FROM process_manager.commands WHERE attempts = 0',
      );
      return row!['n'] === 0;
    });
    hanging.splice(0).forEach((answer) => answer());
  });

  it('finishes its claimed commands before it stops', async () => {
    await order(1);
    const publishing: (() => void)[] = [];
    const slow = { publish: () => new Promise<void>((published) => publishing.push(published)) };
    start({ outlet: slow });
    await eventually(() => expect(publishing).not.toEqual([]));
    let hasStopped = false;
    const stopped = running[0]!.stop().then(() => {
      hasStopped = true;
    });
    try {
      // If the stop waited for nothing, it would have ended one turn of the event loop later.
      await turn();
      expect(hasStopped).toBe(false);
    } finally {
      // Without it, a failure would leave `afterEach` waiting for a stop that never ends.
      publishing.forEach((published) => published());
    }
    await stopped;
    expect(hasStopped).toBe(true);
  });
});
