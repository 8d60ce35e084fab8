import { defineEvent, EventCodec, type EventEnvelope } from '@tidemark/kernel';
import { v7 as uuid } from 'uuid';
import { z } from 'zod';
import type { LogReader } from './log-reader';

const counted = {
  ...defineEvent('Counted', z.object({ count: z.int() })),
  schemas: [z.object({ number: z.int() }), z.object({ count: z.int() })] as const,
  upcasters: [({ number }: { number: number }) => ({ count: number })],
};

/** Knows the events of `InMemoryLog`, which are stored in version 1 and lifted to version 2. */
export const countedCodec = new EventCodec([counted]);

/** A log in memory, for tests that do not need Postgres. */
export class InMemoryLog implements LogReader {
  private readonly partitions = new Map<number, EventEnvelope[]>();
  /** Called before every read, so that a test can count, delay or fail it. */
  onRead: (partition: number) => void | Promise<void> = () => {};

  append(partition: number, count: number): readonly EventEnvelope[] {
    return this.appendTo(partition, ...Array.from({ length: count }, () => `Counter-${partition}`));
  }

  /** Appends one event to each of these streams, in this order. */
  appendTo(partition: number, ...streamIds: readonly string[]): readonly EventEnvelope[] {
    const events = [...(this.partitions.get(partition) ?? [])];
    const from = events.length;
    for (const streamId of streamIds) {
      const version = 1 + events.filter((event) => event.streamId === streamId).length;
      events.push({ ...countedEvent(partition, events.length + 1), streamId, version });
    }
    this.partitions.set(partition, events);
    return events.slice(from);
  }

  /** Replaces parts of a stored event. */
  change(partition: number, position: number, change: Partial<EventEnvelope>): void {
    const events = this.partitions.get(partition) ?? [];
    this.partitions.set(
      partition,
      events.map((event) => (event.position === position ? { ...event, ...change } : event)),
    );
  }

  getStreamVersion(streamId: string): Promise<number> {
    const events = [...this.partitions.values()].flat().filter((event) => event.streamId === streamId);
    return Promise.resolve(events.length);
  }

  /** Cuts the log off after `head`, like a restore of an earlier backup. */
  truncate(partition: number, head: number): void {
    this.partitions.set(partition, (this.partitions.get(partition) ?? []).slice(0, head));
  }

  async readPartition(
    partition: number,
    fromPosition: number,
    limit: number,
  ): Promise<readonly EventEnvelope[]> {
    await this.onRead(partition);
    return (this.partitions.get(partition) ?? []).slice(fromPosition - 1, fromPosition - 1 + limit);
  }

  heads(): Promise<ReadonlyMap<number, number>> {
    return Promise.resolve(
      new Map([...this.partitions].map(([partition, events]) => [partition, events.length])),
    );
  }
}

export function countedEvent(partition: number, position: number): EventEnvelope {
  return {
    eventId: uuid(),
    streamId: `Counter-${partition}`,
    streamType: 'Counter',
    version: position,
    partition,
    position,
    type: 'Counted',
    schemaVersion: 1,
    data: { number: position },
    timestamp: new Date().toISOString(),
    correlationId: `correlation-${position}`,
    causationId: uuid(),
    metadata: { actor: 'test', traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
  };
}
