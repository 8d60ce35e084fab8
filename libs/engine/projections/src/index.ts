export { CheckpointReader, type CheckpointReaderOptions, type LogPosition } from './checkpoint-reader';
export {
  projectionsOf,
  type Project,
  type ProjectionDefinition,
  type Reaction,
  type Reactions,
} from './define-projection';
export type { PartitionKeys } from './partition-keys';
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
export { defineReadModel, type DocumentOf, type ReadModel } from './read-model/define-read-model';
export {
  defineTally,
  type EntryOf,
  type Tally,
  type TallyDocument,
  type TallyEntry,
} from './tally/define-tally';
export { tallyPipeline, type TallyQuery, type TallyRow } from './tally/tally-pipeline';
export type { TallyReaction, TallyReactions } from './tally/tally-projection';
export { prepareReadModel, type Validation } from './read-model/prepare-read-model';
export { ProjectionRunner, type ProjectionRunnerOptions } from './projection-runner';
export { abilityOf, bound, generationName, type GenerationRef } from './generations/generation';
export { GenerationFeeds } from './generations/generation-feeds';
export { GenerationKeeper, type GenerationKeeperOptions } from './generations/generation-keeper';
export { GenerationRegistry, fedGenerations, type ReadModelState } from './generations/generation-registry';
export { GroupFeed, type GroupFeedOptions } from './generations/group-feed';
export { LiveGenerations, type LiveGenerationsOptions } from './generations/live-generations';
export { MongoFeedStore } from './generations/mongo-feed-store';
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
} from './generations/generation-verifier';
