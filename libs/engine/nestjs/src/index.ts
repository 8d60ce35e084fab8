export { AggregateRepository, type RepositoryOf } from './aggregates/aggregate-repository';
export type { Command, RepeatableCommand } from './aggregates/command';
export { writeResultOf, type WriteResult } from './aggregates/write-result';
export { RelayPart, type RelayOptions } from './relay/relay-part';
export { RELAY_CHECKS, RelayModule, type RelayModuleOptions } from './relay/relay.module';
export { CommandStrategy } from './commands/command-strategy';
export type { CommandEnd, CommandQueues, CommandWay } from './delivery/command-way';
export { COMMANDS_CHECKS, CommandsModule, type CommandsModuleOptions } from './commands/commands.module';
export { defineCommand, type CommandDefinition } from './definitions/define-command';
export {
  CommandRefusedError,
  CommandTakenError,
  EventNameTakenError,
  EventNotPublishedError,
  InvalidConsistencyTokenError,
  MigrationMissingError,
  NoDefinitionError,
  NotOpenError,
  PartNotRunError,
  PauseRefusedError,
  ProjectionVersionLoweredError,
  ReadModelBehindError,
  ReadModelMissingError,
  ReadModelTakenError,
  StreamTypeTakenError,
  VersionMismatchError,
  WrongPartitionCountError,
} from './errors';
export { FaultFilter } from './fault.filter';
export type { ConsumerTuning } from './delivery/consumer-tuning';
export {
  COMMAND_WAY,
  DELIVERY_CHECKS,
  DeliveryModule,
  EVENT_DELIVERY,
  type DeliveryModuleOptions,
} from './delivery/delivery.module';
export type { OpenDelivery } from './delivery/open-delivery';
export type { TidemarkFeature } from './definitions/feature';
export { healthIndicators, type Indication } from './health-indicators';
export { LOG_CHECKS, LogModule, type LogModuleOptions } from './log/log.module';
export { migrateTidemark, type MigrateTidemarkOptions } from './log/migrations';
export type { BrokerOptions, Part, TidemarkOptions } from './options';
export { whenAvailable, type WhenAvailableOptions } from './when-available';
export { faultCheck, type HealthCheck } from './part';
export { PROCESS_CHECKS, ProcessModule, type ProcessModuleOptions } from './processes/process.module';
export {
  PROJECTIONS_CHECKS,
  ProjectionsModule,
  type ProjectionsModuleOptions,
} from './projections/projections.module';
export type { ProcessHandle, RunningProcess } from './processes/running-process';
export { ReadModelReader, TallyReader, type ListQuery, type ReaderOf } from './read-models/read-model-reader';
export { FollowedReadModels } from './read-models/followed-read-models';
export {
  READ_STORE,
  READ_STORE_CHECKS,
  ReadStoreModule,
  type ReadStoreModuleOptions,
} from './read-models/read-store.module';
export type { ReadOptions } from './read-models/read-part';
export { ReadsModule, type ReadsModuleOptions } from './read-models/reads.module';
export { TokenWait, type Follower, type TokenWaitOutcome } from './read-models/token-wait';
export { Tidemark } from './tidemark';
export { TidemarkModule } from './tidemark.module';
export { ExecutionModule, type ExecutionModuleOptions } from './write/execution.module';
export { aggregateToken, InjectAggregate, InjectReadModel, readModelToken } from './tokens';
