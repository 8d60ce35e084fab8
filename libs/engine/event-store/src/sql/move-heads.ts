import type { QueryConfig } from 'pg';

export interface MovedHeadRow {
  readonly partition: number;
  /** The last position before the new ones. */
  readonly base: number;
  /** The database's clock, in the server's own format. */
  readonly now: string;
}

const text = `
  UPDATE event_store.partitions p SET head = p.head + n.events
  FROM unnest($1::smallint[], $2::bigint[]) AS n (partition, events)
  WHERE p.partition = n.partition
  RETURNING p.partition, p.head - n.events AS base, clock_timestamp()::text AS now`;

/** Takes the given number of positions of each partition. A partition that does not exist has no row. */
export function moveHeads(events: ReadonlyMap<number, number>): QueryConfig {
  return { name: 'move-heads', text, values: [[...events.keys()], [...events.values()]] };
}
