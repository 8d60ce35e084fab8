import { eventually } from '@tidemark/test-servers';
import { FaultBed, PARTITIONS } from './fault-bed.fixture';
import type { RelayPoint } from './relay-process.fixture';
import type { RelaySafeguard } from './relay-safeguards.fixture';

let bed: FaultBed;

beforeEach(async () => {
  bed = await FaultBed.create();
});
afterEach(() => bed.dispose());

/** A relay freezes until the other relay has published everything. Then it continues where it was. */
async function freezeRelay(at: RelayPoint, without?: RelaySafeguard): Promise<void> {
  const sleeper = bed.relay('sleeper', { without, interruption: { at, nth: 6, by: 'SIGSTOP' } });
  await bed.writer.append(20);
  await sleeper.says('reached');
  bed.relay('successor');
  await eventually(async () =>
    expect(await bed.records.owners('relay')).toEqual(Array(PARTITIONS).fill('successor')),
  );
  await bed.writer.append(10);
  await bed.untilAllRecorded('relay');
  sleeper.wake();
  await sleeper.says('woken');
  if (at === 'before advance' && without === undefined) {
    await sleeper.says('refused');
  }
}

describe('a relay that is frozen beyond its lease and then continues', () => {
  it('publishes events again, and only consumers without the check of positions apply them twice', async () => {
    bed.consumer('guarded');
    bed.consumer('unguarded', { without: 'positions' });
    await bed.untilConsumed('unguarded');
    await freezeRelay('before publish');
    await bed.writer.append(5);
    await bed.untilAllApplied('guarded');
    await bed.untilFaulty('unguarded', 'doubled');
    await bed.stopReplicas();
    expect(await bed.faultsOf('guarded')).toEqual([]);
  });

  it('does not move the published position back', async () => {
    bed.consumer('guarded', { without: 'healing' });
    await freezeRelay('before advance');
    await bed.writer.append(5);
    await bed.untilAllApplied('guarded');
    await bed.stopReplicas();
    expect(await bed.records.movedBack('relay')).toBe(0);
    expect(await bed.faultsOf('guarded')).toEqual([]);
  });

  it('moves the published position back without the safeguard "epoch"', async () => {
    bed.consumer('guarded');
    await freezeRelay('before advance', 'epoch');
    await eventually(async () => expect(await bed.records.movedBack('relay')).toBeGreaterThan(0));
  });
});
