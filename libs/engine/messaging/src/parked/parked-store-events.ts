import type { EventEnvelope } from '@tidemark/kernel';
import type { Checkpoint } from '../checkpoint';
import type { GroupStore } from '../leases/group-store';
import type { ParkedStore } from './parked-store';

/** The empty storage that an adapter's spec gives to the suite. */
export interface ParkedStoreFixture {
  /** The store of the group `one`. */
  readonly store: ParkedStore;
  /** The leases and checkpoints of the same group, in the same database. */
  readonly groupStore: GroupStore;
  /** The store of another group, in the same database. */
  readonly otherGroup: ParkedStore;
}

export const failure = { error: new TypeError('no'), attempts: 10 };

export function checkpointAt(position: number): Checkpoint {
  return position === 0 ? { position: 0 } : { position, eventId: `e${position}` };
}

/** The event at a position. Each position has a stream of its own. */
export function eventAt(position: number, partition = 0): EventEnvelope {
  return {
    eventId: `e${partition}-${position}`,
    streamId: `Counter-${position}`,
    streamType: 'Counter',
    version: 1,
    partition,
    position,
    type: 'Counted',
    schemaVersion: 1,
    data: {},
    timestamp: '2026-01-01T00:00:00.000Z',
    correlationId: 'correlation',
    causationId: 'causation',
    metadata: { actor: 'test' },
  };
}
