import { BrokerNode, canRunBrokerNode } from './broker-node.fixture';
import { FaultBed } from './fault-bed.fixture';
import type { RelaySafeguard } from './relay-safeguards.fixture';

let broker: BrokerNode;
let bed: FaultBed;

/** Some hosts lack the programs for a separate broker. These tests are then reported as skipped. */
const describeWithBroker = canRunBrokerNode ? describe : describe.skip;

interface Restart {
  readonly without?: RelaySafeguard;
  readonly endBroker: () => Promise<void>;
}

/** One of the two groups can't read lost events from the log. */
async function restartBroker({ without, endBroker }: Restart): Promise<void> {
  bed.consumer('healing');
  bed.consumer('queue-alone', { without: 'healing' });
  await Promise.all(['healing', 'queue-alone'].map((group) => bed.untilConsumed(group)));
  bed.relay('relay', { without });
  const stopAppending = bed.writer.appendAllTheTime();
  await bed.untilApplied('queue-alone', 100);
  await endBroker();
  await bed.writer.append(5);
  await broker.start();
  await stopAppending();
}

describeWithBroker('a broker that is stopped and started under load', () => {
  beforeAll(async () => {
    broker = await BrokerNode.create();
    await broker.start();
  });
  afterAll(() => broker.dispose());
  beforeEach(async () => {
    bed = await FaultBed.create(broker);
  });
  afterEach(() => bed.dispose());

  it('loses and duplicates nothing', async () => {
    await restartBroker({ endBroker: () => broker.end('SIGTERM') });
    for (const group of ['healing', 'queue-alone']) {
      await bed.untilAllApplied(group);
    }
    await bed.stopReplicas();
    for (const group of ['healing', 'queue-alone']) {
      expect(await bed.faultsOf(group)).toEqual([]);
    }
  });

  it('loses events if the relay does not wait for confirms, and a consumer can read these from the log', async () => {
    await restartBroker({
      without: 'confirms',
      // While the broker is frozen, such a relay records events as published although they have not reached the broker.
      endBroker: async () => {
        broker.freeze();
        await bed.untilNewRecorded('relay');
        await broker.end('SIGKILL');
      },
    });
    await bed.untilAllPublished();
    await bed.untilAllApplied('healing');
    await bed.stopReplicas();
    expect(await bed.faultsOf('healing')).toEqual([]);
    expect(await bed.lostBy('queue-alone')).not.toEqual([]);
  });
});
