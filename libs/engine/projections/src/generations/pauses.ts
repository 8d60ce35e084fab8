import type { ProjectionStore } from './projection-store';
import { lineOf } from './generation';
import { fedGenerations, type GenerationRegistry } from './generation-registry';
import type { Pause, ReadModelState } from './generation-states';
import { releasePaused } from './release-generation';

export interface PausesOptions {
  readonly store: ProjectionStore;
  readonly group: string;
  readonly registry: GenerationRegistry;
}

export interface PausedProjection extends Pause {
  readonly projection: string;
  /**
   * Whether no replica writes its documents any more. A replica that has just seen the pause may still end a batch, and
   * a dead replica keeps its lease until that expires.
   */
  readonly isAtRest: boolean;
}

/**
 * Lets single projections of a group stand still, by requests that operators make at any replica. A pause is stored
 * beside the read models, so it survives restarts and holds for every replica.
 *
 * The group continues without the projection, and the projection's own checkpoint stays where it was. Resumed, its line
 * catches up from there, and then joins the group again. No event is lost, also none of a stream that was parked.
 * Meanwhile, its documents stay readable, and reads that wait for a later write time out. A rebuild is accepted, and is
 * filled when the projection is resumed.
 *
 * All methods throw DocumentStoreUnavailableError when the server can't be reached.
 */
export class Pauses {
  constructor(private readonly options: PausesOptions) {}

  /**
   * Resolves when the pause is stored. If the projection is paused already, it gets the new reason.
   *
   * @param reason for the next operator; not empty
   */
  async pause(
    projection: string,
    { by, reason }: Omit<Pause, 'since'>,
  ): Promise<PausedProjection | 'unknown_projection' | 'reason_missing'> {
    if (reason.trim() === '') {
      return 'reason_missing';
    }
    const state = await this.options.registry.pause(projection, { by, reason });
    if (!state?.paused) {
      return 'unknown_projection';
    }
    await releasePaused(this.options, [state]);
    return this.describe(state, state.paused);
  }

  /** Resolves when that is stored. The projection catches up afterwards. */
  async resume(projection: string): Promise<'resumed' | 'not_paused' | 'unknown_projection'> {
    const wasPaused = await this.options.registry.resume(projection);
    if (wasPaused === undefined) {
      return 'unknown_projection';
    }
    return wasPaused ? 'resumed' : 'not_paused';
  }

  /** The paused projections. */
  async all(): Promise<readonly PausedProjection[]> {
    const states = await this.options.registry.states();
    return Promise.all(states.flatMap((state) => (state.paused ? [this.describe(state, state.paused)] : [])));
  }

  private async describe(state: ReadModelState, pause: Pause): Promise<PausedProjection> {
    const { store, group } = this.options;
    const generations = fedGenerations(state);
    const shared = [...(await store.feeds(group).all()).values()];
    const isFed = shared.some((feed) => generations.some((one) => feed.generations.includes(one)));
    const lines = await Promise.all(
      generations.map((generation) => store.group(lineOf(group, generation)).partitions()),
    );
    const isFilled = lines.flat().some(({ owner }) => owner !== undefined);
    return { ...pause, projection: state.name, isAtRest: !isFed && !isFilled };
  }
}
