import type { EventEnvelope } from '@tidemark/kernel';
import { z } from 'zod';
import { project, type BoardEvent } from '../board.fixture';
import { defineTally, type EntryOf } from './define-tally';

export const pointsModel = defineTally({
  name: 'points',
  by: { what: z.enum(['opened', 'marked']), odd: z.string() },
  sums: ['times', 'points'],
  indexes: { what: { what: 1 } },
});

export type Points = EntryOf<typeof pointsModel>;

/** An owner who is renamed loses the points of all marks. */
export const points = project(pointsModel).acrossPartitions({
  version: 1,
  on: {
    CardOpened: { adds: () => [{ what: 'opened', odd: 'false', times: 1, points: 0 }] },
    CardMarked: {
      adds: ({ data: { mark } }) => [{ what: 'marked', odd: String(mark % 2 === 1), times: 1, points: mark }],
      source: ({ data }) => data.owner,
    },
    OwnerRenamed: { takesBack: ({ data }) => data.owner },
  },
});

/** The same sums by `what` and `odd`, computed without any documents. */
export function pointsOf(events: readonly EventEnvelope[]): Map<string, { times: number; points: number }> {
  const counting = new Map<EventEnvelope, { key: string; owner: string; points: number }>();
  for (const event of events) {
    const { type, data } = event as unknown as BoardEvent;
    const owner = `${event.partition} ${'owner' in data ? data.owner : ''}`;
    if (type === 'CardOpened') {
      counting.set(event, { key: 'opened false', owner: '', points: 0 });
    } else if (type === 'CardMarked') {
      counting.set(event, { key: `marked ${data.mark % 2 === 1}`, owner, points: data.mark });
    } else if (type === 'OwnerRenamed') {
      [...counting].filter(([, one]) => one.owner === owner).forEach(([counted]) => counting.delete(counted));
    }
  }
  const sums = new Map<string, { times: number; points: number }>();
  for (const { key, points: more } of counting.values()) {
    const { times, points: before } = sums.get(key) ?? { times: 0, points: 0 };
    sums.set(key, { times: times + 1, points: before + more });
  }
  return sums;
}
