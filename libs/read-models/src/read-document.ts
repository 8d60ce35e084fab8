/**
 * What every document of every read model carries beside its own fields. All events that concern a document lie in one
 * partition, so one position says how far the document has come: it is the fold of everything up to `position` in
 * `partition`. The runner writes by compare-and-set on it; queries leave it alone.
 */
export interface ReadDocument {
  /** The id of the aggregate that the document tells of. */
  readonly _id: string;
  readonly partition: number;
  /** The position of the last event that went into the document. */
  readonly position: number;
}
