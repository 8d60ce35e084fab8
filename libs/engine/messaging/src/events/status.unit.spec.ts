import type { BrokerConnection } from '../broker/broker-connection';
import type { Checkpoint } from '../checkpoint';
import type { Lease } from '../lease';
import { InMemoryGroup } from '../leases/in-memory-group.fixture';
import { testKeys } from '../signing/test-keys.fixture';
import { ConsumerGroup, type ConsumerPartitionStatus } from './consumer-group';
import { countedCodec, InMemoryLog } from './in-memory-log.fixture';
import { LogDelivery } from './log-delivery';
import { RecordingHandler } from './recording-handler.fixture';
import { RelayGroup, type RelayPartitionStatus } from './relay-group';

/** The broker is never used here. */
const broker = {} as BrokerConnection;

/**
 * A partition that changes each time its head or its checkpoint is read: an event is appended, and the checkpoint
 * passes it.
 */
class BusyPartition {
  readonly log = new InMemoryLog();
  readonly group = new InMemoryGroup();
  private checkpoint: Checkpoint = { position: 0 };

  static async open(): Promise<BusyPartition> {
    const partition = new BusyPartition();
    return partition.withLease(await partition.group.acquire(0, 'a'));
  }

  private withLease(lease: Lease): this {
    const { log, group } = this;
    const goOn = async () => {
      const [event] = log.append(0, 1);
      const to = { position: event!.position, eventId: event!.eventId };
      await group.advance(lease, this.checkpoint, to);
      this.checkpoint = to;
    };
    const [heads, partitions] = [log.heads.bind(log), group.partitions.bind(group)];
    log.heads = async () => {
      const read = await heads();
      await goOn();
      return read;
    };
    group.partitions = async () => {
      await goOn();
      return partitions();
    };
    return this;
  }
}

describe('the number of waiting events, while the head and the checkpoint move', () => {
  it('is never negative for the relay', async () => {
    const { log, group: store } = await BusyPartition.open();
    const relay = new RelayGroup({ broker, keys: testKeys, log, store, partitions: 1, groups: [] });
    for (let look = 0; look < 5; look += 1) {
      const [{ head, published, backlog }] = (await relay.status()) as [RelayPartitionStatus];
      expect(head).toBeGreaterThanOrEqual(published);
      expect(backlog).toBe(head - published);
    }
  });

  it('is never negative for a consumer group', async () => {
    const { log, group: store } = await BusyPartition.open();
    const handler = new RecordingHandler(store, store);
    const group = new ConsumerGroup({
      ...{ delivery: new LogDelivery(), log, store, handler, partitions: 1 },
      ...{ group: 'test', parked: store, codec: countedCodec },
    });
    for (let look = 0; look < 5; look += 1) {
      const [{ head, checkpoint, lag }] = (await group.status()) as [ConsumerPartitionStatus];
      expect(head).toBeGreaterThanOrEqual(checkpoint.position);
      expect(lag).toBe(head - checkpoint.position);
    }
  });

  it('is 0 in a log that was restored to an earlier point', async () => {
    const { log, group: store } = await BusyPartition.open();
    const relay = new RelayGroup({ broker, keys: testKeys, log, store, partitions: 1, groups: [] });
    await relay.status();
    log.heads = () => Promise.resolve(new Map([[0, 1]]));
    expect(await relay.status()).toMatchObject([{ head: 1, backlog: 0 }]);
  });
});
