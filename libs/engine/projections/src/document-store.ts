import type { ProjectedDocument, Where } from './projection';

/** A document to write, and the position at which it was loaded; absent for a new document. */
export interface DocumentChange {
  readonly document: ProjectedDocument;
  readonly loadedAt?: number;
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

/** What the runner needs from the database of the documents. `model` is a projection's name. */
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
