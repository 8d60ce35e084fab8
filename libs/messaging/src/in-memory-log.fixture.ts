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

/** A log for tests whose point is not Postgres. */
export class InMemoryLog implements LogReader {
  private readonly partitions = new Map<number, EventEnvelope[]>();
  /** Called before every read, to count, to delay or to fail it. */
  onRead: (partition: number) => void | Promise<void> = () => {};

  append(partition: number, count: number): readonly EventEnvelope[] {
    const events = this.partitions.get(partition) ?? [];
    const appended = Array.from({ length: count }, (_, index) =>
      countedEvent(partition, events.length + 1 + index),
    );
    this.partitions.set(partition, [...events, ...appended]);
    return appended;
  }

  /** As a restore of an earlier backup does. */
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

function countedEvent(partition: number, position: number): EventEnvelope {
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
