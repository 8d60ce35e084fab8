import type { EventStore } from '@tidemark/event-store';
import type { EventEnvelope } from '@tidemark/kernel';
import type { World } from './world.fixture';

const pageSize = 500;

/** Follows the log as a consumer does, and keeps it by streams. */
export class LogSoFar {
  private readonly positions = new Map<number, number>();
  private readonly streams = new Map<string, EventEnvelope[]>();

  constructor(private readonly store: EventStore) {}

  /** Reads the rest of the log. @returns the faults in what was read: holes in positions or versions */
  async readOn(): Promise<string[]> {
    const heads = [...(await this.store.heads())];
    const faults = await Promise.all(heads.map(([partition, head]) => this.readPartition(partition, head)));
    return faults.flat();
  }

  /** The events of a world. The events of each stream are in order. */
  eventsOf({ customerId, productId, otherProductId, orderId }: World): EventEnvelope[] {
    return [
      `Customer-${customerId}`,
      ...[productId, otherProductId].flatMap((id) => [`Product-${id}`, `StockItem-${id}`]),
      ...['Order', 'Payment', 'Shipment'].map((streamType) => `${streamType}-${orderId}`),
    ].flatMap((streamId) => this.streams.get(streamId) ?? []);
  }

  private async readPartition(partition: number, head: number): Promise<string[]> {
    const faults: string[] = [];
    for (let last = this.positions.get(partition) ?? 0; last < head;) {
      const limit = Math.min(pageSize, head - last);
      const page = await this.store.readPartition(partition, last + 1, limit);
      page.forEach((event, index) => {
        if (event.position !== last + 1 + index) {
          faults.push(`partition ${partition} has ${event.position} in place of ${last + 1 + index}`);
        }
        const stream = this.streams.get(event.streamId) ?? [];
        this.streams.set(event.streamId, stream);
        if (stream.push(event) !== event.version) {
          faults.push(`${event.streamId} has version ${event.version} in place of ${stream.length}`);
        }
      });
      if (page.length < limit) {
        return [...faults, `partition ${partition} ends at ${last + page.length}, its head says ${head}`];
      }
      last += page.length;
      this.positions.set(partition, last);
    }
    return faults;
  }
}
