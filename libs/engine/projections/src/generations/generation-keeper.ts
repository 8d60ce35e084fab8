import { silentLogger, type Logger } from '@tidemark/messaging';
import { setTimeout as delay } from 'node:timers/promises';
import { serverTime } from '../server-clock';
import { dropGeneration } from './drop-generation';
import { generationName } from './generation';
import { GenerationLines, type GenerationLinesOptions } from './generation-lines';
import type { ReadModelState } from './generation-registry';
import { PartitionMembers } from './partition-members';
import { Rebuilder, type RebuilderOptions } from './rebuilder';

export interface GenerationKeeperOptions extends RebuilderOptions, Omit<GenerationLinesOptions, 'documents'> {
  /** How often it looks what there is to do; 500 ms by default. */
  readonly keepIntervalMs?: number;
  /** How long the generation before the live one is kept current; a day by default. */
  readonly keepPreviousMs?: number;
  /** How long after it was retired a generation's collection is dropped; a minute by default. */
  readonly dropAfterMs?: number;
}

const DAY_MS = 86_400_000;

/**
 * What each replica does for the generations, again and again: feeds those that the group does not feed, takes rebuilds on,
 * and puts away what is no longer wanted. Every act may be repeated, and may be done by several replicas at once.
 */
export class GenerationKeeper {
  private readonly lines: GenerationLines;
  private readonly rebuilder: Rebuilder;
  private readonly members: PartitionMembers;
  private readonly logger: Logger;
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(private readonly options: GenerationKeeperOptions) {
    this.lines = new GenerationLines(options);
    this.rebuilder = new Rebuilder(options);
    this.members = new PartitionMembers(options.db, options.group);
    this.logger = options.logger ?? silentLogger;
  }

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
    await this.lines.stop();
    await this.rebuilder
      .release()
      .catch((error: unknown) => this.logger.warn({ err: error }, 'could not let go of the rebuilds'));
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.look();
      } catch (error) {
        if (!signal.aborted) {
          this.logger.warn({ err: error }, 'could not look after the generations');
        }
      }
      await delay(this.options.keepIntervalMs ?? 500, undefined, { signal }).catch(() => undefined);
    }
  }

  private async look(): Promise<void> {
    const { registry, projections } = this.options;
    await registry.ensure(projections);
    await this.retirePrevious(await registry.states());
    await this.lines.adjust(await registry.states());
    await this.rebuilder.advance(this.stopping.signal);
    await this.dropRetired(await registry.states());
  }

  private async retirePrevious(states: readonly ReadModelState[]): Promise<void> {
    const { db, keepPreviousMs = DAY_MS, registry } = this.options;
    const now = await serverTime(db);
    for (const { name, previous } of states) {
      if (previous && isOlder(previous.since, keepPreviousMs, now)) {
        await registry.retirePrevious(name, previous.generation);
      }
    }
  }

  private async dropRetired(states: readonly ReadModelState[]): Promise<void> {
    const { db, group, dropAfterMs = 60_000, registry } = this.options;
    const now = await serverTime(db);
    for (const { name, retired } of states) {
      for (const ref of retired) {
        const generation = generationName(name, ref);
        // At once, so that nobody writes to it any more when it is dropped.
        await this.members.remove(generation);
        if (isOlder(ref.since, dropAfterMs, now)) {
          await dropGeneration(db, group, generation);
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
