import { eventually } from '@tidemark/test-servers';
import { deliveryKinds } from '../events/delivery';
import { ownerName } from '../events/one-delivery';
import type { ConsumerPoint, HandlerSafeguard } from './applying-handler.fixture';
import type { ConsumerConfig } from './consumer-process.fixture';
import { FaultBed, PARTITIONS } from './fault-bed.fixture';

interface Scenario {
  readonly at: ConsumerPoint;
  /** Without this safeguard, a batch takes effect twice. */
  readonly safeguard: HandlerSafeguard;
}

const scenarios: readonly Scenario[] = [
  { at: 'before write', safeguard: 'epoch' },
  { at: 'after write', safeguard: 'one transaction' },
];

let bed: FaultBed;

beforeEach(async () => {
  bed = await FaultBed.create();
});
afterEach(() => bed.dispose());

/**
 * A consumer freezes in the middle of a batch until its successor has applied everything. Then it continues with its
 * batch.
 */
async function freezeConsumer(
  group: string,
  at: ConsumerPoint,
  { without, delivery = 'rabbitmq' }: Pick<ConsumerConfig, 'delivery'> & { without?: HandlerSafeguard },
): Promise<void> {
  const owner = `${group}-successor`;
  const sleeper = bed.consumer(group, { without, delivery, interruption: { at, nth: 5, by: 'SIGSTOP' } });
  await bed.untilConsumed(group);
  if (delivery === 'rabbitmq') {
    bed.relay('relay');
  }
  await bed.writer.append(20);
  await sleeper.says('reached');
  bed.consumer(group, { without, delivery, owner });
  await eventually(async () =>
    expect(await bed.records.owners(group)).toEqual(Array(PARTITIONS).fill(ownerName(owner, delivery))),
  );
  await bed.writer.append(10);
  await bed.untilAllRecorded(group);
  sleeper.wake();
  await sleeper.says('woken');
  if (without === undefined) {
    await sleeper.says('refused');
  }
}

describe('a consumer that is frozen beyond its lease and then continues', () => {
  const guarded = scenarios.flatMap(({ at }) => deliveryKinds.map((delivery) => ({ at, delivery })));

  it.each(guarded)('duplicates nothing $at, by $delivery', async ({ at, delivery }) => {
    await freezeConsumer('guarded', at, { delivery });
    await bed.writer.append(5);
    await bed.untilAllApplied('guarded');
    await bed.stopReplicas();
    expect(await bed.records.movedBack('guarded')).toBe(0);
    expect(await bed.faultsOf('guarded')).toEqual([]);
  });

  it.each(scenarios)(
    'applies its batch a second time $at without the safeguard "$safeguard"',
    async ({ at, safeguard }) => {
      await freezeConsumer('unguarded', at, { without: safeguard });
      await bed.untilFaulty('unguarded', 'doubled');
    },
  );
});
