import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectionStore } from './projection-store';
import { reaches, type Feed } from './feed';
import type { FeedStore } from './feed-store';
import { lineOf } from './generation';

type Positions = ReadonlyMap<number, number>;

const POLL_MS = 20;

/** How far the group and some generations are. */
export interface Progress {
  /** The position in a partition that the group and some of the generations have all reached. */
  reached(partition: number, some: readonly string[]): number;
  /** Whether a line feeds one of the generations in one of the partitions, and not the group. */
  readonly isAnyApart: boolean;
}

/**
 * The feeds of generations. In each partition, this is the group's feed if the group's checkpoint covers the
 * generation. If not, it is the feed of the generation's own line.
 */
export class GenerationFeeds {
  readonly shared: FeedStore;

  constructor(
    private readonly store: ProjectionStore,
    private readonly group: string,
  ) {
    this.shared = store.feeds(group);
  }

  /** The feeds of the generation's own line. */
  line(generation: string): FeedStore {
    return this.store.feeds(lineOf(this.group, generation));
  }

  /** The feed of a partition of the generation, and its store; undefined before the first work on the partition. */
  async find(
    generation: string,
    partition: number,
  ): Promise<{ readonly store: FeedStore; readonly feed: Feed } | undefined> {
    const shared = await this.shared.find(partition);
    if (shared?.generations.includes(generation)) {
      return { store: this.shared, feed: shared };
    }
    const store = this.line(generation);
    const own = await store.find(partition);
    return own && { store, feed: own };
  }

  /** The generation's position in each partition; a partition without progress is absent. */
  async positionsOf(generation: string): Promise<Positions> {
    // The line is read first: if the generation joins the group in between, the group is no earlier than the line was.
    const own = await this.line(generation).all();
    const shared = await this.shared.all();
    const partitions = new Set([...own.keys(), ...shared.keys()]);
    return new Map(
      [...partitions].map((partition) => [
        partition,
        positionIn(generation, shared.get(partition), own.get(partition)),
      ]),
    );
  }

  async progressOf(partitions: readonly number[], generations: readonly string[]): Promise<Progress> {
    const shared = await this.shared.of(partitions);
    const isApart = (partition: number, generation: string) =>
      !shared.get(partition)?.generations.includes(generation);
    const lines = await Promise.all(
      generations.map(async (generation) => {
        const apart = partitions.filter((partition) => isApart(partition, generation));
        return [generation, apart.length > 0 ? await this.line(generation).of(apart) : undefined] as const;
      }),
    );
    const own = new Map(lines);
    const reached = (partition: number, some: readonly string[]) => {
      const apart = some.filter((generation) => isApart(partition, generation));
      const feeds = [
        shared.get(partition),
        ...apart.map((generation) => own.get(generation)?.get(partition)),
      ];
      return Math.min(...feeds.map((feed) => feed?.checkpoint.position ?? 0));
    };
    return { reached, isAnyApart: lines.some(([, feeds]) => feeds !== undefined) };
  }

  /** Whether `generation` reaches, within `timeoutMs`, the positions that `other` has now. */
  async reach(generation: string, other: string, timeoutMs: number): Promise<boolean> {
    const targets = await this.positionsOf(other);
    const deadline = performance.now() + timeoutMs;
    for (;;) {
      if (hasPassed(await this.positionsOf(generation), targets)) {
        return true;
      }
      if (performance.now() >= deadline) {
        return false;
      }
      await delay(POLL_MS);
    }
  }

  /** Whether the partition's owner or a line will fold the next event of every partition into the generation. */
  async isFed(generation: string): Promise<boolean> {
    const [shared, line] = await Promise.all([
      this.shared.all(),
      this.store.group(lineOf(this.group, generation)).partitions(),
    ]);
    const onTheLine = new Set(
      line.flatMap(({ partition, owner }) => (owner === undefined ? [] : [partition])),
    );
    return [...shared.values()].every((feed) => reaches(feed, generation) || onTheLine.has(feed.partition));
  }

  /**
   * Whether the generation needs a line in some partition. If its line has nothing left to read or to apply in a
   * partition, the generation joins the group's feed there instead.
   *
   * @param owes whether the line must still apply events of parked streams in the partition
   */
  async isLineNeeded(
    generation: string,
    heads: Positions,
    owes: (partition: number) => boolean,
  ): Promise<boolean> {
    const own = await this.line(generation).all();
    let isNeeded = false;
    for (const [partition, feed] of await this.shared.all()) {
      if (owes(partition)) {
        isNeeded = true;
      } else if (!reaches(feed, generation)) {
        const { checkpoint } = feed;
        const position = own.get(partition)?.checkpoint.position ?? 0;
        const isAtRest = checkpoint.position === 0 || heads.get(partition) === position;
        const joined =
          isAtRest &&
          position >= checkpoint.position &&
          (await this.shared.join(partition, generation, position));
        isNeeded ||= !joined;
      }
    }
    return isNeeded;
  }

  /**
   * Removes the generation, its line and its documents, as far as they exist. Call it only for a generation that no
   * longer has a feed.
   */
  async drop(generation: string): Promise<void> {
    await this.shared.remove(generation);
    await this.line(generation).clear();
    await this.store.documents.drop(generation);
  }
}

/** Whether `positions` are at or beyond all of `targets`, by partition. */
export function hasPassed(positions: Positions, targets: Positions): boolean {
  return [...targets].every(([partition, target]) => (positions.get(partition) ?? 0) >= target);
}

function positionIn(generation: string, shared: Feed | undefined, own: Feed | undefined): number {
  const holder = shared?.generations.includes(generation) ? shared : own;
  return holder?.checkpoint.position ?? 0;
}
