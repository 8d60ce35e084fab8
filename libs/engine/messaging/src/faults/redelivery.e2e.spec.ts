import { FaultBed } from './fault-bed.fixture';

let bed: FaultBed;

beforeEach(async () => {
  bed = await FaultBed.create();
});
afterEach(() => bed.dispose());

describe('messages that arrive twice, out of order, and again later', () => {
  it('are applied once and in order, except by consumers without the check of positions', async () => {
    bed.consumer('guarded', { redelivering: true });
    bed.consumer('unguarded', { redelivering: true, without: 'positions' });
    await Promise.all(['guarded', 'unguarded'].map((group) => bed.untilConsumed(group)));
    bed.relay('relay', { shuffled: true });
    await bed.writer.append(60);
    await bed.untilAllApplied('guarded');
    await bed.untilAllApplied('unguarded');
    await bed.untilFaulty('unguarded', 'doubled');
    await bed.untilFaulty('unguarded', 'out_of_order');
    await bed.stopReplicas();
    expect(await bed.faultsOf('guarded')).toEqual([]);
  });
});
