import { InMemoryGroupStore, InMemoryGroupTables, type Checkpoint, type Lease } from '@tidemark/messaging';
import { FeedChanged, type Feed } from '../generations/feed';
import type { FeedStore } from '../generations/feed-store';
import { abilityFor } from '../generations/generation';
import { requireWritten, type PartitionFence } from '../partition-fence';
import type { InMemoryDocuments } from './in-memory-documents';

type Coverage = Pick<Feed, 'generations' | 'folds' | 'revision'>;

const nothing: Coverage = { generations: [], folds: [], revision: 0 };

/** What the stores of one group share: its leases and checkpoints, and which generations the checkpoints cover. */
export class InMemoryFeedTables extends InMemoryGroupTables {
  readonly coverage = new Map<number, Coverage>();

  change(partition: number, change: Partial<Coverage>): void {
    const before = this.coverage.get(partition) ?? nothing;
    this.coverage.set(partition, { ...before, revision: before.revision + 1, ...change });
  }

  override clear(): void {
    super.clear();
    this.coverage.clear();
  }
}

/** The group store of one owner. Its partitions get no generation that the owner can't fold. */
export class InMemoryFoldingGroup extends InMemoryGroupStore {
  constructor(
    private readonly shared: InMemoryFeedTables,
    private readonly folds: readonly string[],
  ) {
    super(shared);
  }

  protected override take(partition: number, owner: string, ttlMs: number): Lease {
    const lease = super.take(partition, owner, ttlMs);
    this.shared.change(partition, { folds: this.folds });
    return lease;
  }

  /** Creates the checkpoint if it is missing. */
  raise(partition: number, checkpoint: Checkpoint): void {
    const before = this.shared.partitions.get(partition)?.checkpoint.position ?? -1;
    if (before < checkpoint.position) {
      this.put(partition, checkpoint);
    }
  }
}

/** The feeds of one group in memory. A commit is one step: nothing else happens in between. */
export class InMemoryFeedStore implements FeedStore {
  private readonly group: InMemoryFoldingGroup;

  constructor(
    private readonly tables: InMemoryFeedTables,
    private readonly documents: InMemoryDocuments,
  ) {
    this.group = new InMemoryFoldingGroup(tables, []);
  }

  async all(): Promise<ReadonlyMap<number, Feed>> {
    return this.of([...this.tables.partitions.keys()]);
  }

  async of(partitions: readonly number[]): Promise<ReadonlyMap<number, Feed>> {
    return new Map(
      partitions.flatMap((partition) => {
        const feed = this.at(partition);
        return feed ? [[partition, feed] as const] : [];
      }),
    );
  }

  async find(partition: number): Promise<Feed | undefined> {
    return this.at(partition);
  }

  async held(lease: Lease, at?: Checkpoint): Promise<Feed> {
    this.group.confirm(lease, at);
    return this.at(lease.partition)!;
  }

  fenceFor(feed: Feed): PartitionFence {
    const confirm = (lease: Lease, at: Checkpoint) => {
      this.group.confirm(lease, at);
      this.requireUnchanged(feed);
    };
    return {
      confirm: async (lease, at) => confirm(lease, at),
      commit: async ({ lease, at, to, changes }) => {
        if (changes.length === 0 && !to) {
          return;
        }
        confirm(lease, at);
        changes.forEach((one) => {
          requireWritten(lease, one.model, this.documents.staleIn(one));
          this.documents.requireFit(one);
        });
        changes.forEach((one) => this.documents.put(one));
        if (to) {
          this.group.move(lease, at, to);
        }
      },
    };
  }

  async change(lease: Lease, from: Feed, generations: readonly string[]): Promise<Feed> {
    this.group.confirm(lease);
    this.requireUnchanged(from);
    this.tables.change(lease.partition, { generations });
    return { ...from, generations, revision: from.revision + 1 };
  }

  async join(partition: number, generation: string, upTo: number): Promise<boolean> {
    const feed = this.at(partition);
    const mayJoin =
      feed !== undefined &&
      feed.checkpoint.position <= upTo &&
      !feed.generations.includes(generation) &&
      feed.folds.includes(abilityFor(generation));
    if (mayJoin) {
      this.tables.change(partition, { generations: [...feed.generations, generation] });
    }
    return mayJoin;
  }

  async release(partition: number, generation: string, at: Checkpoint): Promise<boolean> {
    const feed = this.at(partition);
    const mayRelease = feed?.checkpoint.position === at.position && feed.generations.includes(generation);
    if (mayRelease) {
      this.tables.change(partition, { generations: feed.generations.filter((one) => one !== generation) });
    }
    return mayRelease;
  }

  async remove(generation: string): Promise<void> {
    for (const [partition, { generations }] of this.tables.coverage) {
      if (generations.includes(generation)) {
        this.tables.change(partition, { generations: generations.filter((one) => one !== generation) });
      }
    }
  }

  async repeat({ partition, checkpoint, revision }: Feed): Promise<boolean> {
    const feed = this.at(partition);
    const isUnchanged = feed?.checkpoint.position === checkpoint.position && feed.revision === revision;
    if (isUnchanged) {
      this.tables.change(partition, {});
    }
    return isUnchanged;
  }

  async raise(partition: number, checkpoint: Checkpoint): Promise<void> {
    this.group.raise(partition, checkpoint);
  }

  async clear(): Promise<void> {
    this.tables.clear();
  }

  private requireUnchanged({ partition, revision }: Feed): void {
    if (this.at(partition)?.revision !== revision) {
      throw new FeedChanged();
    }
  }

  private at(partition: number): Feed | undefined {
    const checkpoint = this.tables.partitions.get(partition)?.checkpoint;
    return checkpoint && { partition, checkpoint, ...(this.tables.coverage.get(partition) ?? nothing) };
  }
}
