import type { Lease, ParkedBatch, PartitionBatch, PartitionHandler } from '@tidemark/messaging';
import { ProjectionRunner, type ProjectionRunnerOptions } from '../projection-runner';
import type { ProjectionStore } from './projection-store';
import { FeedChanged, type Feed } from './feed';
import type { FeedStore } from './feed-store';
import { bound } from './generation';
import { activeGenerations, type GenerationRegistry } from './generation-registry';
import { prepareRelease } from './release-generation';
import { RecentDocuments } from './recent-documents';

export interface GroupFeedOptions extends Omit<ProjectionRunnerOptions, 'projections' | 'fence'> {
  readonly store: ProjectionStore;
  readonly group: string;
  /** The projections that this code has. */
  readonly projections: ProjectionRunnerOptions['projections'];
  readonly registry: GenerationRegistry;
  /**
   * The number of most recently used documents that stay in memory between batches; at least 1, and 5,000 by default.
   */
  readonly recentDocuments?: number;
}

const DEFAULT_RECENT_DOCUMENTS = 5_000;

interface Known {
  readonly epoch: number;
  readonly feed: Feed;
}

/**
 * The group's feed. It folds every batch into all generations that the partition's checkpoint covers. It moves the
 * checkpoint only if these generations have not changed. It releases a generation of older or newer code, which it
 * can't fold. That generation's own line continues from here.
 */
export class GroupFeed implements PartitionHandler {
  private readonly feeds: FeedStore;
  private readonly documents: RecentDocuments;
  private readonly known = new Map<number, Known>();

  constructor(private readonly options: GroupFeedOptions) {
    const { store, group, documents, recentDocuments = DEFAULT_RECENT_DOCUMENTS } = options;
    this.feeds = store.feeds(group);
    this.documents = new RecentDocuments(documents, recentDocuments);
  }

  async handle(batch: PartitionBatch, signal: AbortSignal): Promise<void> {
    await this.untilFeedHolds(batch.lease, signal, (runner) => runner.handle(batch, signal));
  }

  async handleParked(batch: ParkedBatch, signal: AbortSignal): Promise<void> {
    await this.untilFeedHolds(batch.lease, signal, (runner) => runner.handleParked(batch, signal));
  }

  private async untilFeedHolds(
    lease: Lease,
    signal: AbortSignal,
    work: (runner: ProjectionRunner) => Promise<void>,
  ): Promise<void> {
    for (;;) {
      signal.throwIfAborted();
      try {
        await work(this.runnerFor(await this.feedOf(lease)));
        return;
      } catch (error) {
        this.known.delete(lease.partition);
        if (!(error instanceof FeedChanged)) {
          throw error;
        }
      }
    }
  }

  private async feedOf(lease: Lease): Promise<Feed> {
    const known = this.known.get(lease.partition);
    if (known?.epoch === lease.epoch) {
      return known.feed;
    }
    const feed = await this.settled(lease, await this.feeds.held(lease));
    this.known.set(lease.partition, { epoch: lease.epoch, feed });
    return feed;
  }

  private async settled(lease: Lease, found: Feed): Promise<Feed> {
    const foldable = new Set(this.bound(found.generations).map(({ name }) => name));
    const strange = found.generations.filter((generation) => !foldable.has(generation));
    const missing = (found.checkpoint.position === 0 ? await this.atTheStart() : []).filter(
      (generation) => !foldable.has(generation),
    );
    if (strange.length === 0 && missing.length === 0) {
      return found;
    }
    for (const generation of strange) {
      await prepareRelease(this.options, found, generation);
    }
    return this.feeds.change(lease, found, [...foldable, ...missing]);
  }

  /** Before the first event every generation is complete. */
  private async atTheStart(): Promise<string[]> {
    const states = await this.options.registry.ensure(this.options.projections);
    return this.bound(states.flatMap(activeGenerations)).map(({ name }) => name);
  }

  private runnerFor(feed: Feed): ProjectionRunner {
    return new ProjectionRunner({
      ...this.options,
      projections: this.bound(feed.generations),
      ...this.documents.under(feed, this.feeds.fenceFor(feed)),
    });
  }

  private bound(generations: readonly string[]) {
    return bound(this.options.projections, generations);
  }
}
