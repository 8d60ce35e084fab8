import type { ConsumerPoint, HandlerSafeguard } from './applying-handler.fixture';
import type { DeliveryFault } from './delivery-faults.fixture';
import { FaultBed } from './fault-bed.fixture';

interface Scenario {
  readonly at: ConsumerPoint;
  /** The safeguard against a death at this point, and the damage without it. */
  readonly safeguard: HandlerSafeguard;
  readonly otherwise: DeliveryFault['kind'];
}

const scenarios: readonly Scenario[] = [
  { at: 'before write', safeguard: 'effect before checkpoint', otherwise: 'missing' },
  { at: 'after write', safeguard: 'one transaction', otherwise: 'doubled' },
  { at: 'before acknowledgement', safeguard: 'stored checkpoint', otherwise: 'doubled' },
];

let bed: FaultBed;

beforeEach(async () => {
  bed = await FaultBed.create();
});
afterEach(() => bed.dispose());

/** A consumer dies while it works on delivered events, and another consumer takes its place. */
async function killConsumer(group: string, at: ConsumerPoint, without?: HandlerSafeguard): Promise<void> {
  const victim = bed.consumer(group, { without, interruption: { at, nth: 5, by: 'SIGKILL' } });
  await bed.untilConsumed(group);
  bed.relay('relay');
  await bed.writer.append(20);
  expect(await victim.ended).toBe('SIGKILL');
  bed.consumer(group, { without });
  await bed.writer.append(10);
}

describe('a consumer that is killed', () => {
  it.each(scenarios)('loses and duplicates nothing $at', async ({ at }) => {
    await killConsumer('guarded', at);
    await bed.untilAllApplied('guarded');
    await bed.stopReplicas();
    expect(await bed.faultsOf('guarded')).toEqual([]);
  });

  it.each(scenarios)(
    'does damage $at without the safeguard "$safeguard"',
    async ({ at, safeguard, otherwise }) => {
      await killConsumer('unguarded', at, safeguard);
      if (otherwise === 'missing') {
        await bed.untilAllRecorded('unguarded');
        await bed.stopReplicas();
      }
      await bed.untilFaulty('unguarded', otherwise);
    },
  );
});
