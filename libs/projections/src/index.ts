export { CheckpointReader, type CheckpointReaderOptions, type LogPosition } from './checkpoint-reader';
export { defineProjection, type ProjectionDefinition, type Reaction } from './define-projection';
export type { DocumentChange, DocumentStore, MatchQuery } from './document-store';
export {
  DocumentMissingError,
  DocumentStoreUnavailableError,
  ForeignPartitionError,
  ProjectionFailedError,
  TooManyRefoldsError,
} from './errors';
export { foldAll } from './fold';
export { MongoDocumentStore } from './mongo-document-store';
export { MongoGroupStore } from './mongo-group-store';
export { MongoParkedStore } from './mongo-parked-store';
export type { PartitionFence } from './partition-fence';
export type { Content, EnvelopeOf, ProjectedDocument, Projection, Selection, Where } from './projection';
export {
  foldAfresh,
  partitionHistory,
  type DocumentIds,
  type FoldedDocuments,
  type PartitionHistoryOptions,
} from './refold';
export { ProjectionRunner, type ProjectionRunnerOptions } from './projection-runner';
