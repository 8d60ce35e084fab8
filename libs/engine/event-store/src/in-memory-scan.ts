import type { EventEnvelope, PartitionScan, PartitionScanOptions } from '@tidemark/kernel';

/** `EventStore.scanPartition` for a partition in memory. */
export function scanOf(
  log: readonly EventEnvelope[],
  afterPosition: number,
  { limit, span, filter = {} }: PartitionScanOptions,
): PartitionScan {
  const { streamTypes, eventTypes } = filter;
  const passing = log
    .slice(afterPosition, afterPosition + span)
    .filter(({ streamType }) => streamTypes?.includes(streamType) ?? true)
    .filter(({ type }) => eventTypes?.includes(type) ?? true)
    .slice(0, limit);
  const position =
    passing.length < limit ? Math.min(log.length, afterPosition + span) : passing.at(-1)!.position;
  const [anchorId, eventId] = [afterPosition, position].map((at) => log[at - 1]?.eventId);
  return {
    ...(anchorId !== undefined && { anchorId }),
    events: passing.map(copyOf),
    to: { position, ...(eventId !== undefined && { eventId }) },
    head: log.length,
  };
}

/** A copy, so that readers can't change stored events. */
export function copyOf(event: EventEnvelope): EventEnvelope {
  return structuredClone(event);
}
