import { deliveryKinds } from '../events/delivery';
import type { ConsumerPoint, HandlerSafeguard } from './applying-handler.fixture';
import type { ConsumerConfig } from './consumer-process.fixture';
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
async function killConsumer(
  group: string,
  at: ConsumerPoint,
  { without, delivery = 'rabbitmq' }: Pick<ConsumerConfig, 'delivery'> & { without?: HandlerSafeguard },
): Promise<void> {
  const victim = bed.consumer(group, { without, delivery, interruption: { at, nth: 5, by: 'SIGKILL' } });
  await bed.untilConsumed(group);
  if (delivery === 'rabbitmq') {
    bed.relay('relay');
  }
  await bed.writer.append(20);
  expect(await victim.ended).toBe('SIGKILL');
  bed.consumer(group, { without, delivery });
  await bed.writer.append(10);
}

describe('a consumer that is killed', () => {
  const guarded = scenarios.flatMap(({ at }) => deliveryKinds.map((delivery) => ({ at, delivery })));

  it.each(guarded)('loses and duplicates nothing $at, by $delivery', async ({ at, delivery }) => {
    await killConsumer('guarded', at, { delivery });
    await bed.untilAllApplied('guarded');
    await bed.stopReplicas();
    expect(await bed.faultsOf('guarded')).toEqual([]);
  });

  it.each(scenarios)(
    'does damage $at without the safeguard "$safeguard"',
    async ({ at, safeguard, otherwise }) => {
      await killConsumer('unguarded', at, { without: safeguard });
      if (otherwise === 'missing') {
        await bed.untilAllRecorded('unguarded');
        await bed.stopReplicas();
      }
      await bed.untilFaulty('unguarded', otherwise);
    },
  );
});
