import type { DeliveryKind } from '../events/delivery';
import { FaultBed } from './fault-bed.fixture';
import type { Replica } from './replica.fixture';

const group = 'consumers';
let bed: FaultBed;

beforeEach(async () => {
  bed = await FaultBed.create();
});
afterEach(() => bed.dispose());

/** Two consumers, and the relay that they need. */
async function start(delivery: DeliveryKind): Promise<readonly Replica[]> {
  const consumers = [bed.consumer(group, { delivery }), bed.consumer(group, { delivery })];
  await bed.untilConsumed(group);
  return delivery === 'rabbitmq' ? [...consumers, bed.relay('relay')] : consumers;
}

async function untilMoreApplied(): Promise<void> {
  await bed.untilApplied(group, (await bed.records.applied(group)).length + 50);
}

const stopAll = (replicas: readonly Replica[]) => Promise.all(replicas.map((replica) => replica.stop()));

describe('under load, a group that changes its delivery', () => {
  it('as documented, to the log and back to the broker, loses and duplicates nothing', async () => {
    const stopAppending = bed.writer.appendAllTheTime();
    const byBroker = await start('rabbitmq');
    await untilMoreApplied();
    await stopAll(byBroker);
    const relayed = await bed.records.recorded('relay');

    const byLog = await start('log');
    await untilMoreApplied();
    expect(await bed.records.recorded('relay')).toBe(relayed);
    await stopAll(byLog);

    // The relay continues where it stopped, so it publishes again what the consumers have read from the log.
    await start('rabbitmq');
    await untilMoreApplied();
    await stopAppending();
    await bed.untilAllApplied(group);
    await bed.untilAllRecorded('relay');
    await bed.stopReplicas();
    expect(await bed.faultsOf(group)).toEqual([]);
    await bed.onQueues(group, async (channel, queue) =>
      expect((await channel.checkQueue(queue)).messageCount).toBe(0),
    );
  });

  it('replica by replica, in both directions, does no harm', async () => {
    const stopAppending = bed.writer.appendAllTheTime();
    const relay = bed.relay('relay', { groups: [group] });
    let replicas = [bed.consumer(group), bed.consumer(group)];
    await bed.untilConsumed(group);
    for (const delivery of ['log', 'rabbitmq'] as const) {
      const next = [];
      for (const replica of replicas) {
        next.push(bed.consumer(group, { delivery }));
        await untilMoreApplied();
        await replica.stop();
        await untilMoreApplied();
      }
      replicas = next;
    }
    await stopAppending();
    await bed.untilAllApplied(group);
    await relay.stop();
    await bed.stopReplicas();
    expect(await bed.records.movedBack(group)).toBe(0);
    expect(await bed.faultsOf(group)).toEqual([]);
  });
});
