import type { EventEnvelope, EventFilter, PartitionScan } from '@tidemark/kernel';
import { expect, type TestRunner } from '@tidemark/kernel/testing';
import fc from 'fast-check';
import { randomUUID } from 'node:crypto';
import { counted, request } from './counter';
import type { EventStoreBed } from './event-store-bed';
import { partitionOf } from '../partition-of';

/** Part of the contract: reading a partition through a filter. */
export function scansPartitions(bed: () => EventStoreBed, { it }: TestRunner): void {
  const note = { type: 'Noted', data: { note: 'scanned' } };

  /** Events of two stream types and two event types, after what the partition held before. */
  async function prepare(): Promise<{ partition: number; start: number; all: readonly EventEnvelope[] }> {
    const { store, partitions } = bed();
    const partition = partitionOf('scanned', partitions);
    const start = (await store.heads()).get(partition)!;
    for (let round = 0; round < 8; round += 1) {
      for (const [streamType, event] of [
        ['Counter', counted(1)],
        ['Counter', note],
        ['Ledger', counted(2)],
      ] as const) {
        const events = round % 3 === 0 ? ([event, event] as const) : ([event] as const);
        await store.append({
          ...request({ aggregateId: randomUUID(), partitionKey: 'scanned', events: [...events] }),
          streamType,
        });
      }
    }
    return { partition, start, all: await store.readPartition(partition, start + 1, 1_000) };
  }

  const passes = ({ streamTypes, eventTypes }: EventFilter, event: EventEnvelope) =>
    (streamTypes?.includes(event.streamType) ?? true) && (eventTypes?.includes(event.type) ?? true);

  it('finds what passes a filter, page by page, and knows how far each page reaches', async () => {
    const { store } = bed();
    const { partition, start, all } = await prepare();
    const names = (of: readonly string[]) =>
      fc.option(fc.subarray([...of], { minLength: 1 }), { nil: undefined });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          streamTypes: names(['Counter', 'Ledger', 'Other']),
          eventTypes: names(['Counted', 'Noted', 'Other']),
        }),
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 40 }),
        async (filter, limit, span) => {
          const found: EventEnvelope[] = [];
          let to: PartitionScan['to'] = { position: start };
          for (let head = start + 1; to.position < head;) {
            const scan: PartitionScan = await store.scanPartition(partition, to.position, {
              limit,
              span,
              filter,
            });
            expect(scan.anchorId).toBe(to.eventId ?? scan.anchorId);
            expect(scan.events.length).toBeLessThanOrEqual(limit);
            expect(scan.to.position).toBeGreaterThan(to.position);
            expect(scan.to.position).toBeLessThanOrEqual(Math.min(scan.head, to.position + span));
            expect(scan.to.eventId).toBe(all[scan.to.position - start - 1]!.eventId);
            found.push(...scan.events);
            ({ to, head } = scan);
          }
          expect(found).toEqual(all.filter((event) => passes(filter, event)));
        },
      ),
      { numRuns: 30 },
    );
  });

  it('says where a partition ends, and that no event lies beyond', async () => {
    const { store } = bed();
    const { partition, start, all } = await prepare();
    const head = start + all.length;
    const options = { limit: 5, span: 100 };
    const last = all.at(-1)!.eventId;
    expect(await store.scanPartition(partition, head, options)).toEqual({
      anchorId: last,
      events: [],
      to: { position: head, eventId: last },
      head,
    });
    const beyond = await store.scanPartition(partition, head + 3, options);
    expect(beyond).toMatchObject({ events: [], head });
    expect('anchorId' in beyond).toBe(false);
    await expect(store.scanPartition(bed().partitions, 0, options)).rejects.toThrow(RangeError);
  });
}
