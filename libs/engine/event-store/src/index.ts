export { AggregateLoader, type AggregateLoaderOptions, type LoadedAggregate } from './aggregate-loader';
export type {
  AppendInTurn,
  AppendManyRequest,
  AppendRequest,
  AppendResult,
  CommandContext,
  ExpectedVersion,
} from './append';
export { AppendNotifier, type AppendNotifierOptions } from './append-notifier';
export { checkPartitions, isLogNotReady } from './check-partitions';
export {
  CommandExecutor,
  type CommandExecutorOptions,
  type ExecuteRequest,
  type ExecuteAskingRequest,
  type Execution,
} from './command-executor';
export {
  AppendQueueFullError,
  CommandIdReusedError,
  ConcurrentModificationError,
  EventTooLargeError,
  InvalidAppendError,
  PartlyImportedError,
  PartitionCountMismatchError,
  VersionConflictError,
} from './errors';
export { EventImporter, type EventImporterOptions, type ImportResult } from './event-importer';
export type { ImportedAppend } from './import-batch';
export {
  EventStore,
  type EventHeader,
  type ReadCorrelationOptions,
  type ReadStreamOptions,
  type StreamHead,
} from './event-store';
export { InMemoryEventStore, type InMemoryEventStoreOptions } from './in-memory-event-store';
export { logIdentity } from './log-identity';
export { openEventLog, type EventLog, type EventLogOptions } from './open-event-log';
export {
  eventStoreRoles,
  migrateEventStore,
  requireEventStoreMigrated,
  type MigrateEventStoreOptions,
} from './migrate-event-store';
export { partitionOf } from './partition-of';
export { PostgresEventStore, type PostgresEventStoreOptions } from './postgres-event-store';
export { PostgresSnapshots, type PostgresSnapshotsOptions } from './postgres-snapshots';
export { rekey, type RekeyedAppend, type RekeyOptions } from './rekey';
export type { Snapshot, Snapshots } from './snapshots';
export { StoreUnavailableError } from '@tidemark/postgres';
