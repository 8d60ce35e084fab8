export { CheckpointReader, type CheckpointReaderOptions, type WaitOptions } from './checkpoint-reader';
export {
  projectionsOf,
  type ModelProjection,
  type Project,
  type ProjectionDefinition,
  type Reaction,
  type Reactions,
} from './define-projection';
export type { PartitionKeys } from './partition-keys';
export type {
  DocumentChange,
  DocumentStore,
  GenerationDocuments,
  MatchQuery,
  ModelChanges,
  Validation,
} from './document-store';
export {
  DocumentMissingError,
  DocumentStoreUnavailableError,
  ForeignPartitionError,
  ForeignReadStoreError,
  InlineNotPreparedError,
  ProjectionFailedError,
  ReadStoreUnavailableError,
  TooManyRefoldsError,
} from './errors';
export { foldAll } from './fold';
export { foldStreams, type StreamReader, type Until } from './fold-streams';
export {
  InlineProjections,
  inlineGenerationOf,
  type InlineProjectionsOptions,
} from './inline/inline-projections';
export { InMemoryInlineProjections } from './in-memory/in-memory-inline';
export {
  inMemoryProjectionStore,
  type InMemoryProjectionStore,
} from './in-memory/in-memory-projection-store';
export { mongoProjectionStore } from './mongodb/mongo-projection-store';
export { validatorOf } from './mongodb/validator-of';
export type { ParkedStreams } from './parked-streams';
export type { Commit, PartitionFence } from './partition-fence';
export type { ProjectionStore } from './generations/projection-store';
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
  isTally,
  type EntryOf,
  type Tally,
  type TallyDocument,
  type TallyEntry,
} from './tally/define-tally';
export { mongoQueries } from './mongodb/mongo-queries';
export { postgresQueries } from './postgres/postgres-queries';
export type {
  Comparison,
  Conditions,
  FieldPath,
  FieldValue,
  LookUp,
  PageQuery,
  QueryOptions,
  ReadModelQueries,
  SortOrder,
  SumsQuery,
  SumsRow,
} from './queries/read-model-queries';
export type { TallyReaction, TallyReactions } from './tally/tally-projection';
export { ProjectionRunner, type ProjectionRunnerOptions } from './projection-runner';
export { abilityOf, bound, generationName, type GenerationRef } from './generations/generation';
export { GenerationFeeds } from './generations/generation-feeds';
export { GenerationKeeper, type GenerationKeeperOptions } from './generations/generation-keeper';
export { GenerationRegistry, fedGenerations } from './generations/generation-registry';
export type { GenerationStates, Pause, ReadModelState, StoredState } from './generations/generation-states';
export { GenerationPlaces, type GenerationPlacesOptions } from './generations/generation-places';
export { ServingGate, type ServingGateOptions } from './generations/serving-gate';
export { GroupFeed, type GroupFeedOptions } from './generations/group-feed';
export {
  migrateReadModels,
  readModelsRoles,
  readModelsSchema,
  requireReadModelsMigrated,
  type MigrateReadModelsOptions,
} from './postgres/migrate-read-models';
export { postgresProjectionStore } from './postgres/postgres-projection-store';
export { LiveGenerations, type LiveGenerationsOptions } from './generations/live-generations';
export type { FeedStore } from './generations/feed-store';
export { rebuildStates, type Rebuild, type RebuildProgress, type RebuildState } from './generations/rebuild';
export { Pauses, type PausedProjection, type PausesOptions } from './generations/pauses';
export {
  Rebuilds,
  type RebuildRefusal,
  type RebuildsOptions,
  type RollbackRefusal,
} from './generations/rebuilds';
export type { RebuildStore } from './generations/rebuild-store';
export type { PrepareGeneration } from './generations/rebuilder';
export { driftKinds, type Drift } from './verification/drift';
export {
  GenerationVerifier,
  type Findings,
  type GenerationVerifierOptions,
} from './generations/generation-verifier';
export { connectReadStore } from './read-store/connect-read-store';
export { isReadStoreUnavailable } from './read-store/is-read-store-unavailable';
export {
  connectMongoReadStore,
  type MongoReadStore,
  type MongoReadStoreOptions,
} from './read-store/mongo-read-store';
export { isReadStoreNotReady, openReadStore, type OwnReadStoreOptions } from './read-store/open-read-store';
export { requireOwnReadStore } from './read-store/require-own-read-store';
export { connectPostgresReadStore } from './read-store/postgres-read-store';
export {
  readStoreKinds,
  type ReadStore,
  type ReadStoreAddress,
  type ReadStoreKind,
  type ReadStoreOptions,
} from './read-store/read-store';
