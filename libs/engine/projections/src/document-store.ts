import type { ProjectedDocument, Where } from './projection';
import type { ReadModel } from './read-model/define-read-model';

/** A document to write, and the position at which it was loaded; absent for a new document. */
export interface DocumentChange {
  readonly document: ProjectedDocument;
  readonly loadedAt?: number;
}

/** The documents of one model to write. */
export interface ModelChanges {
  /** The generation's name. */
  readonly model: string;
  readonly changes: readonly DocumentChange[];
}

export interface MatchQuery {
  readonly partition: number;
  readonly where: Where;
  /** Returns only documents whose position is smaller. */
  readonly before: number;
  /** Returns only documents whose id is greater. */
  readonly afterId?: string;
  readonly limit: number;
}

/** What the runner needs from the database of the documents. `model` is the name of a projection's generation. */
export interface DocumentStore {
  /** The documents with these ids that exist, in any order. */
  load(model: string, ids: readonly string[]): Promise<readonly ProjectedDocument[]>;

  /** Matching documents in order of their ids. */
  match(model: string, query: MatchQuery): Promise<readonly ProjectedDocument[]>;

  /**
   * Writes each document durably and as a whole, but only over the position at which it was loaded. Returns the ids of
   * documents that were not written because another process wrote them in between. All other documents are written.
   */
  write(model: string, changes: readonly DocumentChange[]): Promise<readonly string[]>;

  /**
   * Removes a document durably, but only at the position at which it was loaded. Returns whether it removed the
   * document. If not, another process wrote the document in between.
   */
  remove(model: string, document: ProjectedDocument): Promise<boolean>;
}

/** `unsupported`: the server can't check documents, as mongo-java-server can't. */
export type Validation = 'on' | 'unsupported';

/** The documents of whole generations, beside what the runner needs. */
export interface GenerationDocuments extends DocumentStore {
  /**
   * Makes what is missing of one generation of a read model: a place for its documents, the check of their shape, and
   * the indexes. Idempotent, and safe from several processes at once. The check of an earlier release is replaced.
   */
  prepare(readModel: ReadModel, generation: string): Promise<Validation>;

  isEmpty(generation: string): Promise<boolean>;

  count(generation: string, partition: number): Promise<number>;

  /** Every document of a partition, in any order, as they are while they are read. */
  scan(generation: string, partition: number): AsyncIterable<ProjectedDocument>;

  /** Removes the generation with all its documents, if it exists. */
  drop(generation: string): Promise<void>;
}
