import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import { heldBackBy, readSpan, type Checkpoint, type Lease, type LogReader } from '@tidemark/messaging';
import type { DocumentStore } from '../document-store';
import { refoldConcerned, type ConcernedBy } from '../parked-refold';
import type { ParkedStreams } from '../parked-streams';
import type { PartitionFence } from '../partition-fence';
import type { Projection } from '../projection';
import { modelOf } from './generation';
import type { GenerationRegistry } from './generation-registry';
import type { OwedStream } from './generation-states';

export interface OwedEventsOptions {
  readonly generation: string;
  /** The projection under the name of the generation. */
  readonly projection: Projection;
  readonly registry: GenerationRegistry;
  readonly parked: ParkedStreams;
  readonly documents: DocumentStore;
  readonly log: Pick<LogReader, 'readPartition'>;
  readonly codec: Pick<EventCodec, 'decode'>;
}

/** How far the line has come in a partition. */
export interface LinePlace {
  readonly lease: Lease;
  readonly checkpoint: Checkpoint;
  readonly fence: PartitionFence;
}

const PAGE = 500;
const CHUNK = 500;

/**
 * Brings events into a generation that waited in parked streams when the generation left the group's feed. The group's
 * checkpoint had passed them, and its retry no longer reached the generation.
 */
export class OwedEvents {
  /** The revision of each record up to which this line has applied the stream's events, by lease and record. */
  private readonly applied = new Map<string, number>();

  constructor(private readonly options: OwedEventsOptions) {}

  /** Whether the group has finished a stream, so that the generation must leave the group's feed to apply it. */
  async isAnyFinished(owed: readonly OwedStream[]): Promise<boolean> {
    return (await this.records(owed)).some(({ isFinished }) => isFinished);
  }

  /**
   * Folds the documents of these streams again, up to the line's checkpoint, without events that still wait. No
   * document may be ahead of the checkpoint. A stream that still waits stays owed: its events
   * are left out here as in the group.
   */
  async apply(place: LinePlace, owed: readonly OwedStream[], signal: AbortSignal): Promise<void> {
    const { generation, registry } = this.options;
    const { partition, epoch } = place.lease;
    const records = await this.records(owed);
    const keyOf = (id: string) => `${partition}/${epoch}/${id}`;
    const changed = records.filter(({ id, revision }) => this.applied.get(keyOf(id)) !== revision);
    if (changed.length > 0) {
      await this.refold(place, new Set(changed.map(({ streamId }) => streamId)), signal);
      changed.forEach(({ id, revision }) => this.applied.set(keyOf(id), revision));
    }
    const finished = records.filter(({ isFinished }) => isFinished).map(({ id }) => id);
    if (finished.length > 0) {
      await registry.settle(modelOf(generation), generation, partition, finished);
    }
  }

  private async refold(
    { lease, checkpoint, fence }: LinePlace,
    streamIds: ReadonlySet<string>,
    signal: AbortSignal,
  ): Promise<void> {
    const { parked, projection, documents, log, codec } = this.options;
    const isLeftOut = heldBackBy(await parked.mattering(lease.partition));
    const concernedBy = await this.eventsOf(streamIds, lease.partition, checkpoint.position, isLeftOut);
    const options = { projections: [projection], documents, fence, log, codec, chunkSize: CHUNK };
    await refoldConcerned(options, { lease, checkpoint, isLeftOut }, concernedBy, signal);
  }

  private async eventsOf(
    streamIds: ReadonlySet<string>,
    partition: number,
    upTo: number,
    isLeftOut: (event: EventEnvelope) => boolean,
  ): Promise<ConcernedBy> {
    const { log, codec } = this.options;
    const events: EventEnvelope[] = [];
    const maybe: EventEnvelope[] = [];
    for (let from = 1; from <= upTo; from += PAGE) {
      const page = await readSpan(log, partition, from, Math.min(from + PAGE - 1, upTo));
      for (const event of page.filter(({ streamId }) => streamIds.has(streamId))) {
        // An event that waits or was given up may not even be readable. This generation may have folded it before.
        const decoded = isLeftOut(event) ? decodedIfAny(codec, event) : decodedBy(codec, event);
        if (decoded) {
          (isLeftOut(event) ? maybe : events).push(decoded);
        }
      }
    }
    return { events, maybe };
  }

  private records(owed: readonly OwedStream[]) {
    return Promise.all(
      owed.map(async ({ id, streamId }) => {
        const record = await this.options.parked.find(id);
        return {
          id,
          streamId,
          revision: record?.revision ?? 0,
          isFinished: !record || record.status === 'RESOLVED',
        };
      }),
    );
  }
}

function decodedBy(codec: Pick<EventCodec, 'decode'>, event: EventEnvelope): EventEnvelope {
  return { ...event, data: codec.decode(event).data };
}

function decodedIfAny(codec: Pick<EventCodec, 'decode'>, event: EventEnvelope): EventEnvelope | undefined {
  try {
    return decodedBy(codec, event);
  } catch {
    return undefined;
  }
}
