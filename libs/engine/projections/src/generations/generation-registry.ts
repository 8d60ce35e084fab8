import { isDuplicateKey } from '@tidemark/mongodb';
import type { Collection, Db } from 'mongodb';
import { withMongoFaults } from '../mongo-faults';
import type { Projection } from '../projection';
import { serverTime } from '../server-clock';
import { generationName, type GenerationRef } from './generation';

/** The subject that requested a rebuild, and the time. */
export interface RebuildRequest {
  readonly rebuildId: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
}

export interface BuildingGeneration extends GenerationRef, RebuildRequest {
  /** Whether its collection exists, is empty, and may be filled. */
  readonly ready: boolean;
}

/** The generations of one read model. */
export interface ReadModelState {
  readonly name: string;
  /** The generation that queries read. */
  readonly live: GenerationRef;
  /** The previous generation, which replicas with its code keep up to date for a rollback. */
  readonly previous?: GenerationRef & { readonly since: Date };
  readonly building?: BuildingGeneration;
  /** The generations that are no longer fed. Their collections are dropped a while later. */
  readonly retired: readonly (GenerationRef & { readonly since: Date })[];
}

interface StateDocument extends Omit<ReadModelState, 'name'> {
  /** The read model's name. */
  readonly _id: string;
  readonly lastGeneration: number;
  readonly revision: number;
}

/**
 * Records which generation of each read model is live. Each read model has one small document in the database of the
 * read models, so that a flip is one write. Every change is a compare-and-set on the `revision` that was read.
 *
 * All methods throw DocumentStoreUnavailableError when the server can't be reached.
 */
export class GenerationRegistry {
  private readonly documents: Collection<StateDocument>;

  constructor(private readonly db: Db) {
    this.documents = db.collection('read_models');
  }

  states(): Promise<readonly ReadModelState[]> {
    return withMongoFaults(async () => (await this.documents.find().sort({ _id: 1 }).toArray()).map(stateOf));
  }

  async state(name: string): Promise<ReadModelState | undefined> {
    const document = await this.load(name);
    return document && stateOf(document);
  }

  /** Gives each new read model a first generation, of the version of its projection. */
  async ensure(projections: readonly Projection[]): Promise<readonly ReadModelState[]> {
    const known = new Set((await this.states()).map(({ name }) => name));
    for (const { name, version } of projections.filter((projection) => !known.has(projection.name))) {
      await this.insert({
        _id: name,
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

  /** Records that the collection of the generation that is being built may be filled. */
  async ready(name: string, generation: number): Promise<void> {
    await this.change(name, (state) =>
      state.building?.generation === generation
        ? { result: true, to: { ...state, building: { ...state.building, ready: true } } }
        : { result: false },
    );
  }

  /**
   * Gives the generation that is being built another number, unless its collection may already be filled. The
   * collection with the old number is given up.
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
   * Makes the built generation live, and the live generation `previous`. Returns false if it is no longer being built.
   */
  async flip(name: string, generation: number): Promise<boolean> {
    const flipped = await this.change(name, (state, now) => {
      const { building, ...rest } = state;
      if (building?.generation !== generation) {
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
   * Swaps the live and the previous generation. Returns false if `generation` is not the previous generation, or if
   * another is being built.
   */
  async rollBack(name: string, generation: number): Promise<boolean> {
    const rolledBack = await this.change(name, (state, now) => {
      if (state.previous?.generation !== generation || state.building) {
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
    await this.change(name, (state) => ({
      result: true,
      to: { ...state, retired: state.retired.filter((retired) => retired.generation !== generation) },
    }));
  }

  private async change<Result>(
    name: string,
    decide: (state: StateDocument, now: Date) => { readonly result: Result; readonly to?: StateDocument },
  ): Promise<Result | undefined> {
    // Uses the server's clock, because another replica compares this time to decide when a generation is dropped.
    const now = await withMongoFaults(() => serverTime(this.db));
    for (;;) {
      const state = await this.load(name);
      if (!state) {
        return undefined;
      }
      const { result, to } = decide(state, now);
      if (!to || (await this.replace(state, to))) {
        return result;
      }
    }
  }

  private replace({ _id, revision }: StateDocument, to: StateDocument): Promise<boolean> {
    return withMongoFaults(async () => {
      const next = { ...to, revision: revision + 1 };
      return (await this.documents.replaceOne({ _id, revision }, next)).matchedCount === 1;
    });
  }

  private load(name: string): Promise<StateDocument | undefined> {
    return withMongoFaults(async () => (await this.documents.findOne({ _id: name })) ?? undefined);
  }

  private insert(document: StateDocument): Promise<void> {
    return withMongoFaults(async () => {
      try {
        await this.documents.insertOne(document);
      } catch (error) {
        if (!isDuplicateKey(error)) {
          throw error;
        }
      }
    });
  }
}

/** The names of a read model's generations that are fed: live, previous, and the one that is being built. */
export function fedGenerations({ name, live, previous, building }: ReadModelState): string[] {
  return [live, previous, building?.ready ? building : undefined].flatMap((ref) =>
    ref ? [generationName(name, ref)] : [],
  );
}

function withRetired<State extends Pick<StateDocument, 'retired'>>(
  state: State,
  ref: GenerationRef | undefined,
  now: Date,
): State {
  return ref ? { ...state, retired: [...state.retired, { ...refOf(ref), since: now }] } : state;
}

function refOf({ version, generation }: GenerationRef): GenerationRef {
  return { version, generation };
}

function stateOf({ _id, live, previous, building, retired }: StateDocument): ReadModelState {
  return { name: _id, live, retired, ...(previous && { previous }), ...(building && { building }) };
}
