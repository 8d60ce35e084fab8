import { WorkLoop } from '@tidemark/messaging';
import type { ProjectionStore } from './projection-store';
import { generationName } from './generation';
import { GenerationFeeds, hasPassed } from './generation-feeds';
import { fedGenerations, GenerationRegistry } from './generation-registry';

export interface LiveGenerationsOptions {
  readonly store: ProjectionStore;
  readonly group: string;
  /** How often the generations are read; 250 ms by default. */
  readonly pollIntervalMs?: number;
  /**
   * The longest time for which the last reading may be used; 5 s by default. After that, a query waits until the
   * generations were read again.
   */
  readonly maxAgeMs?: number;
  /** Called when the generations could not be looked up. It must not throw. */
  readonly onFailed?: (error: unknown) => void;
}

type Names = ReadonlyMap<string, string>;

/**
 * The generation of each read model that queries read. They are kept in memory and refreshed continually.
 *
 * This class follows a flip only when the new generation contains everything that was promised to callers (`vouchFor`).
 * So no answer is older than an earlier answer. The previous generation stays up to date for much longer than
 * `maxAgeMs`, so that a read that began before the flip reads nothing stale.
 */
export class LiveGenerations {
  private readonly registry: GenerationRegistry;
  private readonly feeds: GenerationFeeds;
  private readonly loop: WorkLoop;
  /** The highest position that was promised to a read, by partition. */
  private readonly promised = new Map<number, number>();
  private known: Names = new Map();
  private readAt = -Infinity;
  private reading: Promise<void> | undefined;

  constructor(private readonly options: LiveGenerationsOptions) {
    this.registry = new GenerationRegistry(options.store);
    this.feeds = new GenerationFeeds(options.store, options.group);
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
   * The generation of each read model by the read model's name. It is a new object after each change. It is empty
   * before the first projection, and after all data were lost.
   *
   * @throws DocumentStoreUnavailableError when the last reading is too old and the generations can't be looked up
   */
  async current(): Promise<Names> {
    if (performance.now() - this.readAt > (this.options.maxAgeMs ?? 5_000)) {
      await this.refresh();
    }
    return this.known;
  }

  /**
   * Promises that reads of `generations` find everything up to these positions. Returns false if these generations are
   * no longer live.
   */
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
    // Nothing is awaited from here to the end, so that no promise can be made in between.
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
