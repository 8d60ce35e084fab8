import { BrokerNode, canRunBrokerNode } from './broker-node.fixture';
import { FaultBed } from './fault-bed.fixture';
import type { RelaySafeguard } from './relay-safeguards.fixture';

let broker: BrokerNode;
let bed: FaultBed;

/** Some hosts lack the programs for a separate broker. These tests are then reported as skipped. */
const describeWithBroker = canRunBrokerNode ? describe : describe.skip;

/** The consumer can't read the log, so an event that the relay leaves out is never applied. */
async function raiseAlarmUnderLoad(without?: RelaySafeguard): Promise<() => Promise<void>> {
  bed.consumer('queue-alone', { without: 'healing' });
  await bed.untilConsumed('queue-alone');
  const relay = bed.relay('relay', { without });
  const stopAppending = bed.writer.appendAllTheTime();
  await bed.untilApplied('queue-alone', 50);
  await broker.raiseAlarm();
  await relay.says('trouble', { message: 'the broker blocks publishing' });
  await bed.writer.append(15);
  return stopAppending;
}

describeWithBroker('a broker that runs out of memory under load', () => {
  beforeAll(async () => {
    broker = await BrokerNode.create();
    await broker.start();
  });
  afterAll(() => broker.dispose());
  beforeEach(async () => {
    bed = await FaultBed.create(broker);
  });
  // A restart ends the alarm, too.
  afterEach(() => bed.dispose());

  it('does not stop appends, and gets every event once it accepts messages again', async () => {
    const stopAppending = await raiseAlarmUnderLoad();
    await stopAppending();
    expect(await bed.records.behind('relay')).toBeGreaterThan(0);
    await broker.clearAlarm();
    await bed.untilAllApplied('queue-alone');
    await bed.stopReplicas();
    expect(await bed.faultsOf('queue-alone')).toEqual([]);
  });

  async function restartWhileBlocked(without?: RelaySafeguard): Promise<void> {
    const stopAppending = await raiseAlarmUnderLoad(without);
    await broker.end('SIGTERM');
    await broker.start();
    await stopAppending();
  }

  it('loses nothing when it is restarted', async () => {
    await restartWhileBlocked();
    await bed.untilAllApplied('queue-alone');
    await bed.stopReplicas();
    expect(await bed.faultsOf('queue-alone')).toEqual([]);
  });

  it('loses events when it is restarted, if the relay does not wait for confirms', async () => {
    await restartWhileBlocked('confirms');
    await bed.untilAllPublished();
    await bed.stopReplicas();
    expect(await bed.lostBy('queue-alone')).not.toEqual([]);
  });
});
