import { silentLogger, Slots, WorkLoop, type Logger } from '@tidemark/messaging';
import type { Projection } from '../projection';
import { bound, generationName } from './generation';
import { GenerationFeeds } from './generation-feeds';
import { GenerationLine, type GenerationLineOptions } from './generation-line';
import { activeGenerations, owedTo } from './generation-registry';
import type { ReadModelState } from './generation-states';
import { releasePaused } from './release-generation';
import { Rebuilder, type RebuilderOptions } from './rebuilder';

export interface GenerationKeeperOptions
  extends RebuilderOptions, Omit<GenerationLineOptions, 'generation' | 'projection' | 'documents' | 'slots'> {
  /** The maximum number of pages that the lines of all generations fold at the same time; unlimited by default. */
  readonly pagesAtOnce?: number;
  /** How long to rest after a page, in percent of the time that the page took; 0 by default. */
  readonly restPercent?: number;
  /** How often the keeper looks for work; 500 ms by default. */
  readonly keepIntervalMs?: number;
  /** How long the previous generation is kept current; a day by default. */
  readonly keepPreviousMs?: number;
  /** How long after it was retired a generation's documents are dropped; a minute by default. */
  readonly dropAfterMs?: number;
}

const DAY_MS = 86_400_000;

/**
 * The recurring work of each replica for the generations. It runs lines for generations that the group does not feed
 * everywhere, advances rebuilds, and removes retired generations. Every act may be repeated, and may be done by several
 * replicas at once.
 */
export class GenerationKeeper {
  private readonly feeds: GenerationFeeds;
  private readonly rebuilder: Rebuilder;
  private readonly logger: Logger;
  /** By generation. */
  private readonly lines = new Map<string, GenerationLine>();
  private readonly slots: Slots;
  private readonly loop: WorkLoop;

  constructor(private readonly options: GenerationKeeperOptions) {
    this.feeds = new GenerationFeeds(options.store, options.group);
    this.rebuilder = new Rebuilder(options);
    this.slots = new Slots(options.pagesAtOnce ?? Infinity, { restPercent: options.restPercent });
    this.logger = options.logger ?? silentLogger;
    this.loop = new WorkLoop({
      work: (stopping) => this.look(stopping),
      pollIntervalMs: options.keepIntervalMs ?? 500,
      onFailed: (error) => this.logger.warn({ err: error }, 'could not check the generations; retrying'),
    });
  }

  start(): void {
    this.loop.start();
  }

  async stop(): Promise<void> {
    await this.loop.stop();
    await this.stopLinesBut(new Set());
    await this.rebuilder
      .release()
      .catch((error: unknown) =>
        this.logger.warn({ err: error }, 'could not release the rebuilds; their leases expire'),
      );
  }

  private async look(stopping: AbortSignal): Promise<void> {
    const { registry, projections } = this.options;
    await registry.ensure(projections);
    await this.retirePrevious(await registry.states());
    const states = await registry.states();
    await releasePaused(this.options, states);
    await this.adjustLines(states);
    await this.rebuilder.advance(stopping);
    await this.dropRetired(await registry.states());
  }

  /** Runs exactly one line for each generation that this code can fold and that the group does not feed everywhere. */
  private async adjustLines(states: readonly ReadModelState[]): Promise<void> {
    const needed = new Set<string>();
    const heads = await this.options.log.heads();
    for (const state of states) {
      for (const projection of bound(this.options.projections, activeGenerations(state))) {
        const owes = (partition: number) => owedTo(state, projection.name, partition).length > 0;
        if (await this.feeds.isLineNeeded(projection.name, heads, owes)) {
          needed.add(projection.name);
          this.startLine(projection);
        }
      }
    }
    await this.stopLinesBut(needed);
  }

  private startLine(projection: Projection): void {
    const generation = projection.name;
    if (!this.lines.has(generation)) {
      const line = new GenerationLine({ ...this.options, slots: this.slots, generation, projection });
      this.lines.set(generation, line);
      line.start();
    }
  }

  private async stopLinesBut(needed: ReadonlySet<string>): Promise<void> {
    const superfluous = [...this.lines].filter(([generation]) => !needed.has(generation));
    await Promise.all(
      superfluous.map(async ([generation, line]) => {
        this.lines.delete(generation);
        await line.stop();
      }),
    );
  }

  private async retirePrevious(states: readonly ReadModelState[]): Promise<void> {
    const { store, keepPreviousMs = DAY_MS, registry } = this.options;
    const now = await store.now();
    for (const { name, previous } of states) {
      if (previous && isOlder(previous.since, keepPreviousMs, now)) {
        await registry.retirePrevious(name, previous.generation);
      }
    }
  }

  private async dropRetired(states: readonly ReadModelState[]): Promise<void> {
    const { store, dropAfterMs = 60_000, registry } = this.options;
    const now = await store.now();
    for (const { name, retired } of states) {
      for (const ref of retired) {
        const generation = generationName(name, ref);
        // The line ends at once, so that no line writes to the collection when it is dropped.
        await this.feeds.shared.remove(generation);
        if (isOlder(ref.since, dropAfterMs, now)) {
          await this.feeds.drop(generation);
          await registry.forget(name, ref.generation);
          this.logger.info({ generation }, 'dropped a generation');
        }
      }
    }
  }
}

function isOlder(since: Date, ms: number, now: Date): boolean {
  return now.getTime() - since.getTime() >= ms;
}
