import type { GenerationRef } from './generation';

/** The operator that requested a rebuild, and the time of the request. */
export interface RebuildRequest {
  readonly rebuildId: string;
  readonly requestedBy: string;
  readonly requestedAt: Date;
}

export interface BuildingGeneration extends GenerationRef, RebuildRequest {
  /** Whether its empty place exists, so that it may be filled. */
  readonly ready: boolean;
}

/** An operator's request that a read model stands still. */
export interface Pause {
  readonly by: string;
  readonly reason: string;
  readonly since: Date;
}

/**
 * Parked streams whose events the generation may lack in a partition, because the generation left the group's feed
 * while the streams waited. A retry by the group does not reach the generation in this partition, so the generation's
 * own line applies the events.
 */
export interface OwedStreams {
  readonly generation: string;
  readonly partition: number;
  readonly streams: readonly OwedStream[];
}

export interface OwedStream {
  /** The id of the record of the parked stream. */
  readonly id: string;
  readonly streamId: string;
}

/** The generations of one read model. */
export interface ReadModelState {
  readonly name: string;
  /** The generation that queries read. */
  readonly live: GenerationRef;
  /** The previous generation, which replicas with its code keep up to date for a rollback. */
  readonly previous?: GenerationRef & { readonly since: Date };
  readonly building?: BuildingGeneration;
  /** No longer fed; its documents are dropped a while later. */
  readonly retired: readonly (GenerationRef & { readonly since: Date })[];
  /** While it is paused, none of its generations gets events. Absent otherwise. */
  readonly paused?: Pause;
  /** Absent if no generation lacks anything. */
  readonly owed?: readonly OwedStreams[];
}

/** What is stored of one read model's generations. */
export interface StoredState extends ReadModelState {
  readonly lastGeneration: number;
  /** Rises with every change. */
  readonly revision: number;
}

/** The stored states of all read models: one small record each, so that a flip is one write. */
export interface GenerationStates {
  /** All states, in order of their names. */
  all(): Promise<readonly StoredState[]>;

  load(name: string): Promise<StoredState | undefined>;

  /** Does nothing when the read model has a record already. */
  insert(state: StoredState): Promise<void>;

  /**
   * Puts `to` in the place of the record of the same name. Returns false if the stored record no longer has this
   * revision.
   */
  replace(revision: number, to: StoredState): Promise<boolean>;
}
