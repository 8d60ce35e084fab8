import { eventually } from '@tidemark/test-servers';
import { deliveryKinds } from '../events/delivery';
import type { HandlerSafeguard } from './applying-handler.fixture';
import { FaultBed } from './fault-bed.fixture';
import type { RelaySafeguard } from './relay-safeguards.fixture';
import type { Replica } from './replica.fixture';

let bed: FaultBed;

beforeEach(async () => {
  bed = await FaultBed.create();
});
afterEach(() => bed.dispose());

/** Waits until every partition has an owner, and this many replicas share the partitions. */
async function untilSharedBy(group: string, count: number): Promise<void> {
  await eventually(
    async () => {
      const owners = await bed.records.owners(group);
      expect(owners).not.toContain(undefined);
      expect(new Set(owners).size).toBe(count);
    },
    // Four processes start at once, while a fifth process keeps working.
    { withinMs: 60_000 },
  );
}

/** One replica runs, then four, then two: of the two that end, one shuts down properly and the other is killed. */
async function scale(group: string, start: () => Replica): Promise<void> {
  const stopAppending = bed.writer.appendAllTheTime();
  const first = start();
  await untilSharedBy(group, 1);
  const second = start();
  start();
  start();
  await untilSharedBy(group, 4);
  second.kill();
  await first.stop();
  await untilSharedBy(group, 2);
  await stopAppending();
}

describe('replicas that are started and ended under load', () => {
  it.each(deliveryKinds)('that consume by %s lose and duplicate nothing', async (delivery) => {
    if (delivery === 'rabbitmq') {
      bed.relay('relay', { groups: ['guarded'] });
    }
    await scale('guarded', () => bed.consumer('guarded', { delivery }));
    await bed.untilAllApplied('guarded');
    await bed.stopReplicas();
    expect(await bed.faultsOf('guarded')).toEqual([]);
  });

  it('that consume apply everything again without the safeguard "stored checkpoint"', async () => {
    const without: HandlerSafeguard = 'stored checkpoint';
    bed.relay('relay', { groups: ['unguarded'] });
    await scale('unguarded', () => bed.consumer('unguarded', { without }));
    await bed.untilFaulty('unguarded', 'doubled');
  });

  const startRelays = async (group: string, without?: RelaySafeguard) => {
    bed.consumer(group, { without: 'healing' });
    await bed.untilConsumed(group);
    let count = 0;
    await scale('relay', () => bed.relay(`relay-${(count += 1)}`, { without }));
  };

  it('that relay lose nothing', async () => {
    await startRelays('guarded');
    await bed.untilAllApplied('guarded');
    await bed.stopReplicas();
    expect(await bed.records.movedBack('relay')).toBe(0);
    expect(await bed.faultsOf('guarded')).toEqual([]);
  });

  it('that relay leave events out without the safeguard "stored place"', async () => {
    await startRelays('unguarded', 'stored place');
    await bed.untilAllPublished();
    await bed.stopReplicas();
    expect(await bed.lostBy('unguarded')).not.toEqual([]);
  });
});
