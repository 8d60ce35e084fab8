import { aggregates, eventCodec, partitionKeyOf, type TidemarkEvent } from '@tidemark/contracts';
import type { EventEnvelope } from '@tidemark/kernel';
import { foldAll, type ProjectedDocument, type Projection } from '@tidemark/projections';

const streamTypes = new Map(
  Object.values(aggregates).flatMap(({ streamType, contracts }) =>
    contracts.map(({ type }): [string, string] => [type, streamType]),
  ),
);

/**
 * The events as the log would store them. Each fits its contract, and has the version and the partition that the log
 * would give it. The nth event happens n minutes past midnight, by `user-<n>`.
 */
export function logOf(...events: readonly TidemarkEvent[]): EventEnvelope[] {
  const keys: string[] = [];
  const versions = new Map<string, number>();
  const positions = new Map<number, number>();
  return events.map((event, index) => {
    const { type, schemaVersion } = eventCodec.encode(event);
    const key = partitionKeyOf(event);
    const partition = keys.includes(key) ? keys.indexOf(key) : keys.push(key) - 1;
    const streamType = streamTypes.get(type)!;
    const streamId = `${streamType}-${aggregateIdIn(event.data)}`;
    return {
      eventId: `event-${index + 1}`,
      streamId,
      streamType,
      version: next(versions, streamId),
      partition,
      position: next(positions, partition),
      type,
      schemaVersion,
      data: event.data,
      timestamp: at(index + 1).toISOString(),
      correlationId: 'correlation',
      causationId: `command-${index + 1}`,
      metadata: { actor: `user-${index + 1}` },
    };
  });
}

/** The time of the nth event of `logOf`. */
export function at(nth: number): Date {
  return new Date(Date.UTC(2026, 0, 1, 0, nth));
}

/** The documents that a projection makes of the events, without the runner's own fields. */
export function projected<Document extends ProjectedDocument>(
  projection: Projection<Document>,
  ...events: readonly TidemarkEvent[]
): Record<string, Omit<Document, keyof ProjectedDocument>> {
  const documents = [...foldAll(projection, logOf(...events)).values()];
  return Object.fromEntries(
    documents.map(({ _id, partition: _partition, position: _position, ...content }) => [_id, content]),
  );
}

function aggregateIdIn(data: TidemarkEvent['data']): string {
  if ('shipmentId' in data && !('total' in data)) {
    return data.shipmentId;
  }
  if ('orderId' in data && !('onHand' in data)) {
    return data.orderId;
  }
  return 'productId' in data ? data.productId : data.customerId;
}

function next<Key>(counters: Map<Key, number>, key: Key): number {
  const value = (counters.get(key) ?? 0) + 1;
  counters.set(key, value);
  return value;
}
