import type { ConsumerSafeguard } from './consumer-process.fixture';
import type { DeliveryFault } from './delivery-faults.fixture';
import { FaultBed } from './fault-bed.fixture';
import type { RelayPoint } from './relay-process.fixture';
import type { RelaySafeguard } from './relay-safeguards.fixture';

interface Scenario {
  readonly at: RelayPoint;
  /** The safeguard against a death at this point, and the damage without it. */
  readonly safeguard:
    | { readonly of: 'relay'; readonly name: RelaySafeguard }
    | { readonly of: 'consumer'; readonly name: ConsumerSafeguard };
  readonly otherwise: DeliveryFault['kind'];
}

const scenarios: readonly Scenario[] = [
  { at: 'before publish', safeguard: { of: 'relay', name: 'publish before advance' }, otherwise: 'missing' },
  { at: 'after publish', safeguard: { of: 'relay', name: 'confirms' }, otherwise: 'missing' },
  { at: 'after confirm', safeguard: { of: 'consumer', name: 'positions' }, otherwise: 'doubled' },
  { at: 'before advance', safeguard: { of: 'relay', name: 'stored place' }, otherwise: 'missing' },
];

let bed: FaultBed;

beforeEach(async () => {
  bed = await FaultBed.create();
});
afterEach(() => bed.dispose());

/** One relay dies in the middle of a window, and another begins a moment later. */
async function killRelay(at: RelayPoint, without?: RelaySafeguard): Promise<void> {
  await bed.writer.append(15);
  const victim = bed.relay('victim', { without, interruption: { at, nth: 6, by: 'SIGKILL' } });
  expect(await victim.ended).toBe('SIGKILL');
  await bed.writer.append(10);
  // Without confirms, only the victim loses events. The loss shows once a successor with all safeguards has published
  // later events.
  bed.relay('successor', { without: without === 'confirms' ? undefined : without });
}

// The consumers can't read the log, so an event that the relay leaves out is never applied.
describe('a relay that is killed', () => {
  it.each(scenarios)('loses nothing $at', async ({ at }) => {
    bed.consumer('guarded', { without: 'healing' });
    await killRelay(at);
    await bed.untilAllApplied('guarded');
    await bed.stopReplicas();
    expect(await bed.faultsOf('guarded')).toEqual([]);
  });

  it.each(scenarios)(
    'does damage $at without the safeguard "$safeguard.name"',
    async ({ at, safeguard, otherwise }) => {
      const isOfRelay = safeguard.of === 'relay';
      bed.consumer('unguarded', { without: isOfRelay ? 'healing' : safeguard.name });
      await killRelay(at, isOfRelay ? safeguard.name : undefined);
      await bed.untilAllPublished();
      if (otherwise === 'missing') {
        await bed.stopReplicas();
        expect(await bed.lostBy('unguarded')).not.toEqual([]);
      }
      await bed.untilFaulty('unguarded', otherwise);
    },
  );
});
