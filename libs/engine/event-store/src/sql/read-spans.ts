import type { PositionSpan } from '@tidemark/postgres';
import type { QueryConfig } from 'pg';
import { eventColumns } from './event-row';

const text = `
  SELECT e.*
  FROM unnest($1::smallint[], $2::bigint[], $3::bigint[]) WITH ORDINALITY AS s (partition, first, last, span)
  CROSS JOIN LATERAL (
    SELECT ${eventColumns} FROM event_store.events
    WHERE partition = s.partition AND position BETWEEN s.first AND s.last
    ORDER BY position LIMIT s.last - s.first + 1
  ) e
  ORDER BY s.span, e.position`;

/** Reads the events of these spans, in the order of the spans and of their positions. */
export function readSpans(spans: readonly PositionSpan[]): QueryConfig {
  return {
    name: 'read-spans',
    text,
    values: [
      spans.map(({ partition }) => partition),
      spans.map(({ first }) => first),
      spans.map(({ last }) => last),
    ],
  };
}
