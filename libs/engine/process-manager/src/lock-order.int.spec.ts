import type { Lease } from '@tidemark/messaging';
import { CommandDispatcher } from './command-dispatcher';
import { parcelEvent } from './parcel.fixture';
import { startProcessBed, type ProcessBed } from './process-bed.fixture';
import { attemptsBeforeOverdue } from './sql/overdue';

const rounds = 25;
const by = { actor: 'admin-1' };
const types = ['ParcelOrdered', 'ParcelPacked', 'ParcelCollected'] as const;
const ids = Array.from({ length: 12 }, (_, index) => `p${String(index).padStart(2, '0')}`);

let bed: ProcessBed;

beforeAll(async () => {
  bed = await startProcessBed();
});
afterAll(() => bed.stop());

/** The same parcels for each partition, in another sequence. */
function inOrderOf(index: number, round: number): readonly string[] {
  const own = ids.map((id) => `${id}-${round}`);
  const rotated = [...own.slice(index * 3), ...own.slice(0, index * 3)];
  return index % 2 === 0 ? rotated : rotated.reverse();
}

/**
 * Two partitions order parcels. One partition packs and one collects the parcels of the previous round, on which timers
 * and operators act as well.
 */
function eventsOf(lease: Lease, index: number, round: number) {
  const isOrder = index % types.length === 0;
  return inOrderOf(index, isOrder ? round : Math.max(0, round - 1)).map((id, at) =>
    parcelEvent(id, types[index % types.length]!, {
      partition: lease.partition,
      position: round * ids.length + at + 1,
      ...(index % types.length === 1 && { answers: 'pack' }),
    }),
  );
}

it('never deadlocks when replicas do every kind of work on the same instances at once', async () => {
  const replicas = [bed.engine({ giveUpAfterMs: 0 }), bed.engine({ giveUpAfterMs: 0 })];
  const leases = await Promise.all([1, 2, 3, 4].map((partition) => bed.lease(partition)));
  let sends = 0;
  const publish = () => ((sends += 1) % 2 === 0 ? Promise.resolve() : Promise.reject(new Error('refused')));
  const dispatchers = replicas.map(
    () =>
      new CommandDispatcher({
        pool: bed.pool,
        process: 'parcel',
        outlet: { publish },
        firstResendMs: 1,
        maxResendMs: 1,
      }),
  );
  let stuck = 0;
  let fired = 0;
  for (let round = 0; round < rounds; round += 1) {
    await bed.rows(`UPDATE process_manager.commands
                       SET attempts = ${attemptsBeforeOverdue}, first_sent_at = now() WHERE settled_at IS NULL`);
    // If PostgreSQL ends a statement because of a deadlock, the act fails, and so does the test.
    await Promise.all([
      ...leases.map((lease, index) =>
        bed.deliver(replicas[index % 2]!, lease, ...eventsOf(lease, index, round)),
      ),
      ...replicas.flatMap((engine, index) => [
        engine.fireTimers(20).then((count) => (fired += count)),
        engine.giveUpUnanswered(20).then((count) => (stuck += count)),
        ...inOrderOf(index, Math.max(0, round - 1)).map((id) => engine.retry(id, by)),
      ]),
      ...[...dispatchers, ...dispatchers].map((dispatcher) => dispatcher.dispatchDue()),
    ]);
  }
  expect(await bed.rows('SELECT count(*)::integer AS n FROM process_manager.instances')).toEqual([
    { n: rounds * ids.length },
  ]);
  expect(Math.min(fired, stuck, sends)).toBeGreaterThan(0);
});
