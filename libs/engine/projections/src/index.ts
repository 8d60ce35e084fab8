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
export { generationName, abilityOf, bound, type GenerationRef } from './generations/generation';
export { GenerationKeeper, type GenerationKeeperOptions } from './generations/generation-keeper';
export { GenerationPositions } from './generations/generation-positions';
export { GenerationRegistry, fedGenerations, type ReadModelState } from './generations/generation-registry';
export { GenerationsHandler, type GenerationsHandlerOptions } from './generations/generations-handler';
export { LiveGenerations, type LiveGenerationsOptions } from './generations/live-generations';
export { PartitionMembers, type Membership } from './generations/partition-members';
export { rebuildStates, type Rebuild, type RebuildProgress, type RebuildState } from './generations/rebuild';
export {
  Rebuilds,
  type RebuildRefusal,
  type RebuildsOptions,
  type RollbackRefusal,
} from './generations/rebuilds';
export type { PrepareCollection } from './generations/rebuilder';
export { driftKinds, type Drift } from './verification/drift';
export {
  GenerationVerifier,
  type Findings,
  type GenerationVerifierOptions,
} from './verification/generation-verifier';
