export { AggregateRepository, type RepositoryOf } from './aggregates/aggregate-repository';
export type { Command, RepeatableCommand } from './aggregates/command';
export { writeResultOf, type WriteResult } from './aggregates/write-result';
export { CommandStrategy } from './commands/command-strategy';
export { defineCommand, type CommandDefinition } from './definitions/define-command';
export {
  CommandRefusedError,
  CommandTakenError,
  EventNameTakenError,
  InvalidConsistencyTokenError,
  MigrationMissingError,
  NotOpenError,
  PartNotRunError,
  ProjectionVersionLoweredError,
  ReadModelBehindError,
  ReadModelMissingError,
  ReadModelTakenError,
  StreamTypeTakenError,
  VersionMismatchError,
  WrongPartitionCountError,
} from './errors';
export { FaultFilter } from './fault.filter';
export type { TidemarkFeature } from './definitions/feature';
export { healthIndicators, type Indication } from './health-indicators';
export { migrateTidemark, type MigrateTidemarkOptions } from './log/migrations';
export type { BrokerOptions, Part, TidemarkOptions } from './options';
export type { HealthCheck } from './part';
export type { RunningProcess } from './processes/running-process';
export { ReadModelReader, TallyReader, type ListQuery, type ReaderOf } from './read-models/read-model-reader';
export type { ReadOptions } from './read-models/read-part';
export { Tidemark } from './tidemark';
export { TidemarkModule } from './tidemark.module';
export { aggregateToken, InjectAggregate, InjectReadModel, readModelToken } from './tokens';
