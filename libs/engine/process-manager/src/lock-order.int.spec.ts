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

/** The same parcels for each partition, in an order of its own. */
function inOrderOf(index: number, round: number): readonly string[] {
  const own = ids.map((id) => `${id}-${round}`);
  const rotated = [...own.slice(index * 3), ...own.slice(0, index * 3)];
  return index % 2 === 0 ? rotated : rotated.reverse();
}

/**
 * Two partitions order parcels. One packs and one collects the parcels of the round before, on which timers and people
 * act as well.
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

it('lets replicas do all they do with the same instances at once, and none waits in a circle', async () => {
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
    // A statement that PostgreSQL ends for a deadlock fails its act, and so the test.
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
