import type { EventEnvelope } from '@tidemark/kernel';
import { selectionOf } from './fold';
import type { Projection, Where } from './projection';

/** A selection by fields. It concerns the documents that match when every earlier event has taken effect. */
export interface FanOut {
  readonly projection: Projection;
  readonly where: Where;
  readonly event: EventEnvelope;
}

/** The documents of a projection that events select by id, and their events in order. */
export interface EventsById {
  readonly projection: Projection;
  readonly eventsById: ReadonlyMap<string, readonly EventEnvelope[]>;
}

/** Events that can be folded together: first all selections by id, then the fan-outs of the step's last event. */
export interface Step {
  readonly byId: readonly EventsById[];
  readonly fanOuts: readonly FanOut[];
}

/**
 * Cuts a batch after every event that selects by fields. Its selection depends on the writes of earlier events, and
 * later events depend on its own writes.
 *
 * @throws ProjectionFailedError
 */
export function stepsOf(
  projections: readonly Projection[],
  events: readonly EventEnvelope[],
): readonly Step[] {
  const steps: Step[] = [];
  let byId = new Map<Projection, Map<string, EventEnvelope[]>>();
  const close = (fanOuts: readonly FanOut[]): void => {
    steps.push({
      byId: [...byId].map(([projection, eventsById]) => ({ projection, eventsById })),
      fanOuts,
    });
    byId = new Map();
  };
  for (const event of events) {
    const fanOuts: FanOut[] = [];
    for (const projection of projections) {
      const selection = selectionOf(projection, event);
      if (selection && 'where' in selection) {
        fanOuts.push({ projection, where: selection.where, event });
      } else if (selection) {
        const eventsById = byId.get(projection) ?? new Map<string, EventEnvelope[]>();
        byId.set(projection, eventsById);
        for (const id of selection.ids) {
          const selected = eventsById.get(id) ?? [];
          eventsById.set(id, selected);
          selected.push(event);
        }
      }
    }
    if (fanOuts.length > 0) {
      close(fanOuts);
    }
  }
  if (byId.size > 0) {
    close([]);
  }
  return steps;
}
