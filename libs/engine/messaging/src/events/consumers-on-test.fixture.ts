import type { EventEnvelope } from '@tidemark/kernel';
import { eventually } from '@tidemark/test-servers';
import type { GroupStore } from '../leases/group-store';
import type { ParkedStore } from '../parked/parked-store';
import { ConsumerGroup, type ConsumerGroupOptions } from './consumer-group';
import type { Delivery } from './delivery';
import { countedCodec, InMemoryLog } from './in-memory-log.fixture';
import { ownerName } from './one-delivery';
import { RecordingHandler } from './recording-handler.fixture';

/** The surroundings of one test. Partitions 0 and 1 of the group `projections` are delivered. */
export interface DeliveryBed {
  store(group: string): GroupStore;
  parked(group: string): ParkedStore;
  loseStore(): Promise<void>;
  /** Ends all leases at once, as if their time were over. */
  expireLeases(): Promise<void>;
  delivery(): Delivery;
  /** Waits until announcements in the partition are heard. */
  listening(partition: number): Promise<void>;
  /** Tells the delivery that the log has these events. */
  announce(events: readonly EventEnvelope[]): void;
  /** Cuts the connection through which announcements come; the delivery may make it again. */
  cut(): void;
  /** From now on, there is no such connection. */
  partition(): void;
  dispose(): Promise<void>;
}

/** A bed, and the consumers of its group, with a log in memory. */
export class ConsumersOnTest {
  readonly log = new InMemoryLog();
  readonly store: GroupStore;
  readonly handler: RecordingHandler;
  private readonly groups: ConsumerGroup[] = [];

  constructor(readonly bed: DeliveryBed) {
    this.store = bed.store('projections');
    this.handler = new RecordingHandler(this.store, bed.parked('projections'));
  }

  create(options: Partial<ConsumerGroupOptions> = {}): ConsumerGroup {
    const group = new ConsumerGroup({
      group: 'projections',
      partitions: 2,
      store: this.store,
      parked: this.bed.parked('projections'),
      log: this.log,
      codec: countedCodec,
      delivery: this.bed.delivery(),
      handler: this.handler,
      idleCheckMs: 50,
      leaseMs: 1_000,
      minBackoffMs: 10,
      maxBackoffMs: 100,
      ...options,
    });
    this.groups.push(group);
    return group;
  }

  start(options: Partial<ConsumerGroupOptions> = {}): ConsumerGroup {
    const group = this.create(options);
    group.start();
    return group;
  }

  ownerName(replica: string): string {
    return ownerName(replica, this.bed.delivery().kind);
  }

  async stop(): Promise<void> {
    await Promise.all(this.groups.map((group) => group.stop()));
  }

  append(partition: number, count: number): void {
    this.bed.announce(this.log.append(partition, count));
  }

  async expectApplied(partition: number, head: number): Promise<void> {
    await eventually(() => expect(this.handler.positions(partition).length).toBeGreaterThanOrEqual(head));
    expect(this.handler.positions(partition)).toEqual(upTo(head));
  }
}

export const NEVER_MS = 3_600_000;
export const upTo = (head: number) => Array.from({ length: head }, (_, index) => index + 1);
