import type { Projection } from '../projection';
import type { ProjectionStore } from './projection-store';
import { generationName, type GenerationRef } from './generation';
import type {
  BuildingGeneration,
  OwedStream,
  OwedStreams,
  Pause,
  ReadModelState,
  RebuildRequest,
  StoredState,
} from './generation-states';

/**
 * Which generation of each read model is live, as recorded beside the read models. A change succeeds only if the record
 * still has the revision that was read (`revision`), so a flip is one write.
 *
 * All methods throw DocumentStoreUnavailableError when the server can't be reached.
 */
export class GenerationRegistry {
  constructor(private readonly store: Pick<ProjectionStore, 'states' | 'now'>) {}

  async states(): Promise<readonly ReadModelState[]> {
    return (await this.store.states.all()).map(stateOf);
  }

  async state(name: string): Promise<ReadModelState | undefined> {
    const stored = await this.store.states.load(name);
    return stored && stateOf(stored);
  }

  /** Gives each new read model a first generation, of the version of its projection. */
  async ensure(projections: readonly Projection[]): Promise<readonly ReadModelState[]> {
    const known = new Set((await this.states()).map(({ name }) => name));
    for (const { name, version } of projections.filter((projection) => !known.has(projection.name))) {
      await this.store.states.insert({
        name,
        live: { version, generation: 1 },
        retired: [],
        lastGeneration: 1,
        revision: 1,
      });
    }
    return this.states();
  }

  /**
   * Begins a generation beside the live one. If a generation is already being built, it is returned, unless it has a
   * lower version. Then it is given up.
   */
  begin(name: string, version: number, request: RebuildRequest): Promise<BuildingGeneration | undefined> {
    return this.change(name, (state, now) => {
      const { building } = state;
      if (building && building.version >= version) {
        return { result: building };
      }
      const generation = state.lastGeneration + 1;
      const begun = { version, generation, ...request, ready: false };
      return {
        result: begun,
        to: { ...withRetired(state, building, now), building: begun, lastGeneration: generation },
      };
    });
  }

  /** The generation that is being built may be filled. */
  async ready(name: string, generation: number): Promise<void> {
    await this.change(name, (state) =>
      state.building?.generation === generation
        ? { result: true, to: { ...state, building: { ...state.building, ready: true } } }
        : { result: false },
    );
  }

  /**
   * The generation that is being built takes another number, unless it may be filled by now. Gives the former one
   * up.
   */
  renumber(name: string, rebuildId: string): Promise<number | undefined> {
    return this.change(name, (state, now) => {
      const { building } = state;
      if (building?.rebuildId !== rebuildId || building.ready) {
        return { result: undefined };
      }
      const generation = state.lastGeneration + 1;
      return {
        result: generation,
        to: {
          ...withRetired(state, building, now),
          building: { ...building, generation },
          lastGeneration: generation,
        },
      };
    });
  }

  /**
   * Makes the built generation live, and the live generation `previous`. Returns false if it is no longer being built,
   * or if the read model is paused.
   */
  async flip(name: string, generation: number): Promise<boolean> {
    const flipped = await this.change(name, (state, now) => {
      const { building, ...rest } = state;
      if (building?.generation !== generation || state.paused) {
        return { result: false };
      }
      const to = {
        ...withRetired(rest, state.previous, now),
        live: refOf(building),
        previous: { ...state.live, since: now },
      };
      return { result: true, to };
    });
    return flipped ?? false;
  }

  /**
   * Swaps the live and the previous generation. Returns false if `generation` is not the previous generation, if
   * another is being built, or if the read model is paused.
   */
  async rollBack(name: string, generation: number): Promise<boolean> {
    const rolledBack = await this.change(name, (state, now) => {
      if (state.previous?.generation !== generation || state.building || state.paused) {
        return { result: false };
      }
      const to = { ...state, live: refOf(state.previous), previous: { ...state.live, since: now } };
      return { result: true, to };
    });
    return rolledBack ?? false;
  }

  /** Retires the previous generation. After that, no rollback to it is possible. */
  async retirePrevious(name: string, generation: number): Promise<void> {
    await this.change(name, ({ previous, ...rest }, now) =>
      previous?.generation === generation
        ? { result: true, to: withRetired(rest, previous, now) }
        : { result: false },
    );
  }

  /** Ends the building of this generation. Returns false if it is no longer being built. */
  async giveUp(name: string, generation: number): Promise<boolean> {
    const givenUp = await this.change(name, ({ building, ...rest }, now) =>
      building?.generation === generation
        ? { result: true, to: withRetired(rest, building, now) }
        : { result: false },
    );
    return givenUp ?? false;
  }

  /** Removes the record of a retired generation of which nothing is left. */
  async forget(name: string, generation: number): Promise<void> {
    await this.change(name, (state) => {
      const gone = state.retired.filter((retired) => retired.generation === generation);
      const names = gone.map((ref) => generationName(name, ref));
      const retired = state.retired.filter((ref) => !gone.includes(ref));
      const owed = (state.owed ?? []).filter((one) => !names.includes(one.generation));
      return { result: true, to: withOwed({ ...state, retired }, owed) };
    });
  }

  /** A read model that is paused already gets the new reason. Returns undefined if there is no such read model. */
  pause(name: string, request: Omit<Pause, 'since'>): Promise<ReadModelState | undefined> {
    return this.change(name, (state, now) => {
      const to = { ...state, paused: { ...request, since: state.paused?.since ?? now } };
      return { result: stateOf(to), to };
    });
  }

  /** Returns undefined if there is no such read model, and false if it was not paused. */
  resume(name: string): Promise<boolean | undefined> {
    return this.change(name, ({ paused, ...state }) =>
      paused ? { result: true, to: state } : { result: false },
    );
  }

  /** Records that the generation may lack events of these parked streams in the partition. */
  async owe(
    name: string,
    generation: string,
    partition: number,
    streams: readonly OwedStream[],
  ): Promise<void> {
    await this.change(name, (state) => {
      const known = owedTo(state, generation, partition);
      const added = streams.filter(({ id }) => !known.some((one) => one.id === id));
      if (added.length === 0) {
        return { result: true };
      }
      return { result: true, to: owing(state, { generation, partition, streams: [...known, ...added] }) };
    });
  }

  /** The generation lacks no event of these parked streams any more. */
  async settle(name: string, generation: string, partition: number, ids: readonly string[]): Promise<void> {
    await this.change(name, (state) => {
      const streams = owedTo(state, generation, partition).filter(({ id }) => !ids.includes(id));
      return { result: true, to: owing(state, { generation, partition, streams }) };
    });
  }

  private async change<Result>(
    name: string,
    decide: (state: StoredState, now: Date) => { readonly result: Result; readonly to?: StoredState },
  ): Promise<Result | undefined> {
    // Uses the server's clock, because another replica compares this time to decide when a generation is dropped.
    const now = await this.store.now();
    for (;;) {
      const state = await this.store.states.load(name);
      if (!state) {
        return undefined;
      }
      const { result, to } = decide(state, now);
      if (!to || (await this.store.states.replace(state.revision, { ...to, revision: state.revision + 1 }))) {
        return result;
      }
    }
  }
}

/** The names of a read model's generations that are fed: live, previous, and the one that is being built. */
export function fedGenerations({ name, live, previous, building }: ReadModelState): string[] {
  return [live, previous, building?.ready ? building : undefined].flatMap((ref) =>
    ref ? [generationName(name, ref)] : [],
  );
}

/** The same without those of a paused read model. */
export function activeGenerations(state: ReadModelState): string[] {
  return state.paused ? [] : fedGenerations(state);
}

/** The parked streams whose events the generation may lack in the partition. */
export function owedTo(
  { owed = [] }: Pick<ReadModelState, 'owed'>,
  generation: string,
  partition: number,
): readonly OwedStream[] {
  return owed.find((one) => one.generation === generation && one.partition === partition)?.streams ?? [];
}

function owing(state: StoredState, to: OwedStreams): StoredState {
  const others = (state.owed ?? []).filter(
    ({ generation, partition }) => generation !== to.generation || partition !== to.partition,
  );
  return withOwed(state, to.streams.length > 0 ? [...others, to] : others);
}

function withOwed({ owed: _before, ...state }: StoredState, owed: readonly OwedStreams[]): StoredState {
  return owed.length > 0 ? { ...state, owed } : state;
}

function withRetired<State extends Pick<StoredState, 'retired'>>(
  state: State,
  ref: GenerationRef | undefined,
  now: Date,
): State {
  return ref ? { ...state, retired: [...state.retired, { ...refOf(ref), since: now }] } : state;
}

function refOf({ version, generation }: GenerationRef): GenerationRef {
  return { version, generation };
}

function stateOf({ lastGeneration: _last, revision: _revision, ...state }: StoredState): ReadModelState {
  return state;
}
