import { WorkLoop } from '@tidemark/messaging';
import type { Db } from 'mongodb';
import { generationName } from './generation';
import { GenerationFeeds, hasPassed } from './generation-feeds';
import { fedGenerations, GenerationRegistry } from './generation-registry';

export interface LiveGenerationsOptions {
  readonly db: Db;
  readonly group: string;
  /** 250 ms by default. */
  readonly pollIntervalMs?: number;
  /** Generations that were read longer ago than this are read again before they are used; 5 s by default. */
  readonly maxAgeMs?: number;
  /** Called when the generations could not be looked up; must not throw. */
  readonly onFailed?: (error: unknown) => void;
}

type Names = ReadonlyMap<string, string>;

/**
 * The generation of each read model that queries read. Kept in memory and refreshed continually.
 *
 * A flip is followed only when the new generation contains everything that was promised to callers (`vouchFor`), so
 * that no answer is older than an earlier one. The previous generation stays up to date for much longer than
 * `maxAgeMs`, so that a read that began before the flip reads nothing stale.
 */
export class LiveGenerations {
  private readonly registry: GenerationRegistry;
  private readonly feeds: GenerationFeeds;
  private readonly loop: WorkLoop;
  /** By partition: the highest position that a read was told is in the documents. */
  private readonly promised = new Map<number, number>();
  private known: Names = new Map();
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(private readonly options: LiveGenerationsOptions) {
    this.registry = new GenerationRegistry(options.db);
    this.feeds = new GenerationFeeds(options.db, options.group);
    this.loop = new WorkLoop({
      work: () => this.refresh(),
      pollIntervalMs: options.pollIntervalMs ?? 250,
      ...(options.onFailed && { onFailed: options.onFailed }),
    });
  }

  start(): void {
    this.loop.start();
  }

  stop(): Promise<void> {
    return this.loop.stop();
  }

  /**
   * The generation of each read model by the read model's name. It is another object whenever something has changed.
   * Empty before anything was projected, and after everything was lost.
   *
   * @throws DocumentStoreUnavailableError when what is known is too old and can't be looked up
   */
  async current(): Promise<Names> {
    if (performance.now() - this.readAt > (this.options.maxAgeMs ?? 5_000)) {
      await this.refresh();
    }
    return this.known;
  }

  /** Reads of `generations` will find everything up to here. False when these are no longer live. */
  vouchFor(
    generations: Names,
    positions: readonly { readonly partition: number; readonly position: number }[],
  ): boolean {
    if (generations !== this.known) {
      return false;
    }
    for (const { partition, position } of positions) {
      this.promised.set(partition, Math.max(position, this.promised.get(partition) ?? 0));
    }
    return true;
  }

  private refresh(): Promise<void> {
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private async read(): Promise<void> {
    const startedAt = performance.now();
    const states = await this.registry.states();
    const found = new Map(states.map(({ name, live }) => [name, generationName(name, live)]));
    const fed = new Set(states.flatMap(fedGenerations));
    const flipped = [...found].filter(
      ([name, generation]) => (this.known.get(name) ?? generation) !== generation,
    );
    const positions = await Promise.all(flipped.map(([, generation]) => this.feeds.positionsOf(generation)));
    // From here to the end nothing is awaited, so that no promise can come in between.
    flipped.forEach(([name], index) => {
      const before = this.known.get(name)!;
      // A generation that is no longer fed would fall behind. Tokens then wait for the new generation.
      if (fed.has(before) && !hasPassed(positions[index]!, this.promised)) {
        found.set(name, before);
      }
    });
    if (!isSame(this.known, found)) {
      this.known = found;
    }
    this.readAt = startedAt;
  }
}

function isSame(a: Names, b: Names): boolean {
  return a.size === b.size && [...a].every(([name, generation]) => b.get(name) === generation);
}
