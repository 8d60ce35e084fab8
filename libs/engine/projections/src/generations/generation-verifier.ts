import type { EventCodec, EventEnvelope } from '@tidemark/kernel';
import { isHeldBackBy, type LogReader } from '@tidemark/messaging';
import type { GenerationDocuments } from '../document-store';
import type { ParkedStreams } from '../parked-streams';
import type { ProjectedDocument, Projection } from '../projection';
import type { ProjectionStore } from './projection-store';
import { foldAfresh, partitionHistory, type WantedIds } from '../refold';
import { refoldedAt } from '../refolded-position';
import { inBucket } from '../verification/bucket';
import { driftOf, type Drift } from '../verification/drift';
import { randomIds } from '../verification/random-ids';
import { WaitingEffects } from '../verification/waiting-effects';
import type { Feed } from './feed';
import { inGeneration, modelOf } from './generation';
import { GenerationFeeds } from './generation-feeds';
import { owedTo } from './generation-registry';

export interface GenerationVerifierOptions {
  readonly store: ProjectionStore;
  readonly group: string;
  readonly generation: string;
  readonly projection: Projection;
  readonly documents: GenerationDocuments;
  readonly log: Pick<LogReader, 'readPartition'>;
  readonly codec: Pick<EventCodec, 'decode'>;
  /**
   * The maximum number of documents of a partition that are folded at once, which bounds the memory; 5,000 by default.
   */
  readonly chunkSize?: number;
  /** How long to rest after each page of the log, in milliseconds, for work that is not urgent; 0 by default. */
  readonly restMs?: number;
}

export interface Findings {
  /** The number of compared documents. */
  readonly checked: number;
  readonly drifts: readonly Drift[];
}

/** The documents as they must be. */
interface Expected {
  readonly documents: ReadonlyMap<string, ProjectedDocument>;
  readonly waiting: WaitingEffects;
}

const nothing: Findings = { checked: 0, drifts: [] };
const HEAL_ATTEMPTS = 10;

/**
 * Compares the documents of one generation with a fresh fold of the log while events continue, and corrects documents
 * that differ.
 *
 * A document contains every event up to the checkpoint, and every event up to its own position. It is compared with the
 * fold up to the higher of the two. A difference counts only after a second look, with everything read again. A
 * document that a parked event concerns may be right with or without it. So it is skipped until the event is retried or
 * given up.
 */
export class GenerationVerifier {
  private readonly projection: Projection;
  private readonly parked: ParkedStreams;
  private readonly feeds: GenerationFeeds;

  constructor(private readonly options: GenerationVerifierOptions) {
    const { store, group, generation, projection } = options;
    this.projection = inGeneration(projection, generation);
    this.parked = store.parked(group);
    this.feeds = new GenerationFeeds(store, group);
  }

  /** Compares some documents of a partition, chosen at random from its events and from its stored documents. */
  async sample(partition: number, size: number, signal?: AbortSignal): Promise<Findings> {
    const found = await this.find(partition);
    if (!found) {
      return nothing;
    }
    const upTo = found.feed.checkpoint.position;
    const ids = await randomIds({ ...this.options, projection: this.projection, partition, upTo, size });
    return { checked: ids.size, drifts: await this.driftsAmong(partition, ids, signal) };
  }

  /**
   * Compares all documents of a partition, a bounded number at a time. The partition's log is read once for each such
   * part.
   */
  async all(partition: number, signal?: AbortSignal): Promise<Findings> {
    const { documents, generation, chunkSize = 5_000 } = this.options;
    const buckets = Math.ceil(((await documents.count(generation, partition)) + 1) / chunkSize);
    const found: Findings[] = [];
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      found.push(await this.allOf(partition, inBucket(bucket, buckets), signal));
    }
    return {
      checked: found.reduce((sum, { checked }) => sum + checked, 0),
      drifts: found.flatMap(({ drifts }) => drifts),
    };
  }

  /**
   * Replaces the document by a fresh fold. Then makes the partition's owner repeat its batch, so that no event is lost
   * in between. Returns false if the partition moved on each time, or if a parked event concerns the document. The
   * document must then be verified again.
   */
  async heal({ partition, id }: Pick<Drift, 'partition' | 'id'>, signal?: AbortSignal): Promise<boolean> {
    for (let attempt = 0; attempt < HEAL_ATTEMPTS; attempt += 1) {
      const found = await this.find(partition);
      if (!found) {
        return false;
      }
      const { feed, store } = found;
      const { position } = feed.checkpoint;
      const [stored] = await this.options.documents.load(this.options.generation, [id]);
      const expected = await this.expected(feed, new Set([id]), position, signal);
      const fold = expected.documents.get(id);
      const isAhead = stored !== undefined && stored.position >= position + 1;
      if (isAhead) {
        continue;
      }
      if (expected.waiting.concern(id, [stored, fold])) {
        return false;
      }
      if (!driftOf(stored, fold)) {
        return true;
      }
      if ((await this.put(stored, fold, position)) && (await store.repeat(feed))) {
        return true;
      }
    }
    return false;
  }

  private async put(
    stored: ProjectedDocument | undefined,
    fold: ProjectedDocument | undefined,
    checkpoint: number,
  ): Promise<boolean> {
    const { documents, generation } = this.options;
    if (!fold) {
      return stored !== undefined && documents.remove(generation, stored);
    }
    const document = { ...fold, position: refoldedAt(checkpoint, stored?.position) };
    const change = { document, ...(stored && { loadedAt: stored.position }) };
    return (await documents.write(generation, [change])).length === 0;
  }

  private async allOf(partition: number, wanted: WantedIds, signal?: AbortSignal): Promise<Findings> {
    const found = await this.find(partition);
    if (!found) {
      return nothing;
    }
    const { feed } = found;
    const { documents, generation } = this.options;
    const { documents: folded } = await this.expected(feed, wanted, feed.checkpoint.position, signal);
    const suspects = new Set(folded.keys());
    let checked = folded.size;
    for await (const document of documents.scan(generation, partition)) {
      signal?.throwIfAborted();
      const { _id } = document;
      if (wanted.has(_id)) {
        checked += folded.has(_id) ? 0 : 1;
        suspects[driftOf(document, folded.get(_id)) ? 'add' : 'delete'](_id);
      }
    }
    return { checked, drifts: await this.driftsAmong(partition, suspects, signal) };
  }

  private async driftsAmong(
    partition: number,
    ids: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<readonly Drift[]> {
    const first = await this.compare(partition, ids, signal);
    return this.compare(partition, new Set(first.map(({ id }) => id)), signal);
  }

  private async compare(
    partition: number,
    ids: ReadonlySet<string>,
    signal?: AbortSignal,
  ): Promise<readonly Drift[]> {
    const { documents, generation } = this.options;
    const found = ids.size > 0 ? await this.find(partition) : undefined;
    if (!found) {
      return [];
    }
    const { feed } = found;
    const loaded = await documents.load(generation, [...ids]);
    const stored = new Map(loaded.map((document) => [document._id, document]));
    const until = (id: string) =>
      Math.max(feed.checkpoint.position, Math.floor(stored.get(id)?.position ?? 0));
    const upTo = Math.max(...[...ids].map(until));
    const expected = await this.expected(feed, ids, upTo, signal, until);
    return [...ids].flatMap((id) => {
      const versions = [stored.get(id), expected.documents.get(id)] as const;
      const kind = driftOf(...versions);
      return kind && !expected.waiting.concern(id, versions) ? [{ generation, partition, id, kind }] : [];
    });
  }

  private async expected(
    { partition }: Feed,
    wanted: WantedIds,
    upTo: number,
    signal?: AbortSignal,
    until?: (id: string) => number,
  ): Promise<Expected> {
    const waiting = new WaitingEffects(this.projection);
    const isLeftOut = await this.leftOut(partition, waiting);
    const history = partitionHistory({ ...this.options, partition, upTo, isLeftOut, signal });
    const folded = await foldAfresh(history, new Map([[this.projection, wanted]]), { until });
    return { documents: folded.get(this.projection)!, waiting };
  }

  /** Events that were given up have no effect anywhere. Waiting events are added to `waiting`. */
  private async leftOut(
    partition: number,
    waiting: WaitingEffects,
  ): Promise<(event: EventEnvelope) => boolean> {
    const streams = await this.parked.mattering(partition);
    const givenUp = new Set(streams.flatMap(({ discarded }) => discarded.map(({ eventId }) => eventId)));
    return (event) => {
      if (givenUp.has(event.eventId)) {
        return true;
      }
      const waits = streams.some((stream) => isHeldBackBy(stream, event));
      if (waits) {
        this.note(event, waiting);
      }
      return waits;
    };
  }

  /**
   * If this code does not know a waiting event or can't select documents by it, the event has had no effect anywhere.
   */
  private note(event: EventEnvelope, waiting: WaitingEffects): void {
    try {
      waiting.add({ ...event, data: this.options.codec.decode(event).data });
    } catch {
      return;
    }
  }

  /**
   * The feed of a partition of the generation. Its documents contain everything up to that checkpoint, and maybe more.
   * `undefined` also while its line must still apply events that waited: the documents are not compared until then.
   */
  private async find(partition: number) {
    const { generation, store } = this.options;
    const state = await store.states.load(modelOf(generation));
    const isOwed = state && owedTo(state, generation, partition).length > 0;
    return isOwed ? undefined : this.feeds.find(generation, partition);
  }
}
