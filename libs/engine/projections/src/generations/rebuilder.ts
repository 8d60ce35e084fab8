import type { EventCodec } from '@tidemark/kernel';
import { silentLogger, type Logger, type LogReader } from '@tidemark/messaging';
import type { GenerationDocuments } from '../document-store';
import type { Projection } from '../projection';
import type { ProjectionStore } from './projection-store';
import { abilityOf, generationName } from './generation';
import { GenerationFeeds } from './generation-feeds';
import type { GenerationRegistry } from './generation-registry';
import type { ReadModelState } from './generation-states';
import { GenerationVerifier, type Findings } from './generation-verifier';
import type { Rebuild } from './rebuild';
import type { RebuildStore } from './rebuild-store';
import { whileRenewed } from './while-renewed';

/** Makes the place of a generation ready for its documents and for the queries on them. Idempotent. */
export type PrepareGeneration = (model: string, generation: string) => Promise<void>;

export interface RebuilderOptions {
  readonly store: ProjectionStore;
  readonly group: string;
  readonly projections: readonly Projection[];
  readonly registry: GenerationRegistry;
  readonly documents: GenerationDocuments;
  readonly log: LogReader;
  readonly codec: Pick<EventCodec, 'decode'>;
  readonly partitions: number;
  /** This replica. */
  readonly owner: string;
  readonly prepare: PrepareGeneration;
  /** How long another replica waits for a silent replica before it takes over the rebuild; 30 s by default. */
  readonly claimMs?: number;
  /** The number of documents per partition that are compared with a fresh fold before the flip; 20 by default. */
  readonly sampleSize?: number;
  readonly logger?: Logger;
}

/**
 * How long a step waits until the new generation has reached the positions of the old one. Then the step is tried
 * again.
 */
const CATCH_UP_MS = 1_000;

/**
 * Takes a rebuild from one state to the next. It makes an empty place, which the lines fill. When the new generation
 * has caught up with the live one, it compares a sample, then flips. Each step may be done again, by any replica that
 * has the projection in that version.
 */
export class Rebuilder {
  private readonly rebuilds: RebuildStore;
  private readonly feeds: GenerationFeeds;
  private readonly claimMs: number;
  private readonly logger: Logger;

  constructor(private readonly options: RebuilderOptions) {
    this.rebuilds = options.store.rebuilds;
    this.feeds = new GenerationFeeds(options.store, options.group);
    this.claimMs = options.claimMs ?? 30_000;
    this.logger = options.logger ?? silentLogger;
  }

  /** Takes every rebuild as far as it can go at the moment. */
  async advance(signal: AbortSignal): Promise<void> {
    const { registry, projections } = this.options;
    await this.ensureRecords();
    const unfinished = await this.rebuilds.unfinished();
    // Reads the states after the records. A record is written after its generation has begun, so a record without a
    // generation is over.
    const states = await registry.states();
    for (const rebuild of unfinished) {
      const { id, projection: name, version } = rebuild;
      const state = states.find((candidate) => candidate.name === name);
      if (state?.building?.rebuildId !== id) {
        await this.conclude(rebuild, state);
        continue;
      }
      if (state.paused) {
        continue;
      }
      const projection = projections.find((one) => abilityOf(one) === abilityOf({ name, version }));
      const claimed = projection && (await this.claim(id));
      if (projection && claimed) {
        await this.takeOn(claimed, state, projection, signal);
      }
    }
  }

  /** Releases the claims, so that another replica continues without waiting for them to run out. */
  release(): Promise<void> {
    return this.rebuilds.release(this.options.owner);
  }

  private claim(id: string): Promise<Rebuild | undefined> {
    return this.rebuilds.claim(id, this.options.owner, this.claimMs);
  }

  /**
   * Records the rebuild in place of a replica that died after it added the generation and before it recorded the
   * rebuild.
   */
  private async ensureRecords(): Promise<void> {
    for (const { name: projection, building } of await this.options.registry.states()) {
      if (building) {
        const { rebuildId: id, requestedBy, requestedAt, version, generation } = building;
        const asked = { requestedBy, requestedAt, version, generation };
        await this.rebuilds.ensure({ id, projection, state: 'REQUESTED', ...asked });
      }
    }
  }

  private async takeOn(
    rebuild: Rebuild,
    state: ReadModelState,
    projection: Projection,
    signal: AbortSignal,
  ): Promise<void> {
    if (rebuild.state === 'REQUESTED') {
      await this.begin(rebuild);
      return;
    }
    const generation = generationName(rebuild.projection, rebuild);
    if (!(await this.feeds.reach(generation, generationName(state.name, state.live), CATCH_UP_MS))) {
      return;
    }
    if (!(await this.rebuilds.proceed(rebuild.id, this.options.owner, { state: 'VERIFYING' }))) {
      return;
    }
    const { checked, drifts } = await whileRenewed(
      { renew: async () => (await this.claim(rebuild.id)) !== undefined, ttlMs: this.claimMs, signal },
      (held) => this.sample(generation, projection, held),
    );
    if (drifts.length > 0) {
      const { kind, id } = drifts[0]!;
      await this.fail(
        rebuild,
        `${drifts.length} of ${checked} documents differ from the fold of their events; the first is ${id}: ${kind}`,
      );
      return;
    }
    await this.flip(rebuild, state, checked);
  }

  /**
   * The place is made, and never emptied: a replica that was frozen between its claim and here could empty a generation
   * that is live by now. No other generation has had this number. If there are documents already, they are left over
   * from a lost or restored database, and the rebuild takes another number.
   */
  private async begin(rebuild: Rebuild): Promise<void> {
    const { id, projection, ...ref } = rebuild;
    const { documents, owner, prepare, registry } = this.options;
    const generation = generationName(projection, ref);
    const isEmpty = await documents.isEmpty(generation);
    const { building } = (await registry.state(projection)) ?? {};
    if (building?.rebuildId !== id) {
      return;
    }
    if (!isEmpty && !building.ready) {
      const another = await registry.renumber(projection, id);
      if (another !== undefined) {
        await this.rebuilds.proceed(id, owner, { generation: another });
        this.logger.warn(
          { rebuildId: id, generation },
          'documents of an earlier rebuild are there; taking another generation',
        );
      }
      return;
    }
    await prepare(projection, generation);
    await registry.ready(projection, ref.generation);
    if (await this.rebuilds.proceed(id, owner, { state: 'FILLING', startedAt: new Date() })) {
      this.logger.info({ rebuildId: id, generation }, 'a rebuild started');
    }
  }

  private async sample(generation: string, projection: Projection, signal: AbortSignal): Promise<Findings> {
    const { partitions, sampleSize = 20 } = this.options;
    const verifier = new GenerationVerifier({ ...this.options, generation, projection });
    const found: Findings[] = [];
    for (let partition = 0; partition < partitions; partition += 1) {
      found.push(await verifier.sample(partition, sampleSize, signal));
    }
    return {
      checked: found.reduce((sum, { checked }) => sum + checked, 0),
      drifts: found.flatMap(({ drifts }) => drifts),
    };
  }

  /** Flips only when the new generation contains everything that readers have seen in the old one. */
  private async flip(
    rebuild: Rebuild,
    { name, live }: ReadModelState,
    verifiedDocuments: number,
  ): Promise<void> {
    const generation = generationName(name, rebuild);
    if (!(await this.feeds.reach(generation, generationName(name, live), CATCH_UP_MS))) {
      return;
    }
    if (await this.options.registry.flip(name, rebuild.generation)) {
      const ending = await this.ending(rebuild);
      await this.rebuilds.finish(rebuild.id, { state: 'DONE', verifiedDocuments, ...ending });
      this.logger.info({ rebuildId: rebuild.id, generation }, 'a rebuild went live');
    }
  }

  /**
   * Ends a rebuild whose generation is no longer being built. Either another replica made it live and then died, or
   * another generation replaced it.
   */
  private async conclude(rebuild: Rebuild, state: ReadModelState | undefined): Promise<void> {
    const wentLive = [state?.live, state?.previous].some((ref) => ref?.generation === rebuild.generation);
    const outcome = wentLive
      ? { state: 'DONE' as const }
      : { state: 'FAILED' as const, error: 'the rebuild was abandoned' };
    await this.rebuilds.conclude(rebuild.id, { ...outcome, ...(await this.ending(rebuild)) });
  }

  private async fail(rebuild: Rebuild, error: string): Promise<void> {
    if (await this.options.registry.giveUp(rebuild.projection, rebuild.generation)) {
      await this.rebuilds.finish(rebuild.id, { state: 'FAILED', error, ...(await this.ending(rebuild)) });
      this.logger.error(
        { rebuildId: rebuild.id, reason: error },
        'a rebuild failed; the live generation stays',
      );
    }
  }

  private async ending(rebuild: Rebuild): Promise<Pick<Rebuild, 'events' | 'finishedAt'>> {
    const positions = await this.feeds.positionsOf(generationName(rebuild.projection, rebuild));
    const events = [...positions.values()].reduce((sum, position) => sum + position, 0);
    return { events, finishedAt: new Date() };
  }
}
