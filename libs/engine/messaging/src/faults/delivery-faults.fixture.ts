/** One event in the log or in a consumer's record. */
export interface RecordedEvent {
  readonly eventId: string;
  readonly streamId: string;
  readonly version: number;
  readonly partition: number;
  readonly position: number;
}

export interface DeliveryFault {
  /** `foreign`: the event took effect, but the log lacks it or has it elsewhere. */
  readonly kind: 'missing' | 'doubled' | 'out_of_order' | 'foreign';
  readonly event: RecordedEvent;
}

/**
 * Compares the applied events of a consumer group, in the order in which they took effect, with the log. Every event
 * must occur exactly once, and each stream in the order of its versions. The comparison does not depend on how events
 * are delivered.
 */
export function findDeliveryFaults(
  log: readonly RecordedEvent[],
  applied: readonly RecordedEvent[],
): readonly DeliveryFault[] {
  const inLog = new Map(log.map((event) => [event.eventId, event]));
  const seen = new Set<string>();
  const newest = new Map<string, number>();
  const faults: DeliveryFault[] = [];
  for (const event of applied) {
    if (!isSame(event, inLog.get(event.eventId))) {
      faults.push({ kind: 'foreign', event });
    } else if (seen.has(event.eventId)) {
      faults.push({ kind: 'doubled', event });
    } else if (event.version < (newest.get(event.streamId) ?? 0)) {
      faults.push({ kind: 'out_of_order', event });
    }
    seen.add(event.eventId);
    newest.set(event.streamId, Math.max(event.version, newest.get(event.streamId) ?? 0));
  }
  const missing = log.filter(({ eventId }) => !seen.has(eventId));
  return [...faults, ...missing.map((event) => ({ kind: 'missing', event }) as const)];
}

function isSame(event: RecordedEvent, logged: RecordedEvent | undefined): boolean {
  return (
    logged !== undefined &&
    event.streamId === logged.streamId &&
    event.version === logged.version &&
    event.partition === logged.partition &&
    event.position === logged.position
  );
}
