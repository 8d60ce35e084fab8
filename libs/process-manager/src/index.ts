export { CommandDispatcher, type CommandDispatcherOptions, type CommandOutlet } from './command-dispatcher';
export { commandIdOf } from './command-id';
export {
  completeCompensation,
  dropAllCompensations,
  dropCompensation,
  owesCompensation,
  pushCompensation,
  pushCompensationBelow,
  unwindCompensations,
  type Compensation,
  type CompensationStack,
  type CompensationStatus,
  type Unwinding,
} from './compensation-stack';
export {
  IncompleteTransitionTableError,
  ProcessStoreUnavailableError,
  UnknownDefinitionVersionError,
} from './errors';
export { InstanceRun, type InstanceChange, type NewCommand } from './instance-run';
export {
  migrateProcessManager,
  processManagerSchema,
  type MigrateProcessManagerOptions,
} from './migrate-process-manager';
export type {
  EnvelopeOf,
  EventInput,
  ProcessDefinition,
  ProcessInput,
  ProcessStatus,
  RetryInput,
  TimerInput,
} from './process-definition';
export { ProcessEngine, type ProcessEngineOptions, type RetryOutcome } from './process-engine';
export type { HistoryEntry, InstanceStatus, OutstandingCommand, ProcessInstance } from './process-instance';
export { ProcessReader, type InstanceStory, type ProcessReaderOptions } from './process-reader';
export {
  deferred,
  handled,
  ignored,
  type Handled,
  type ParkReason,
  type ProcessCommand,
  type ProcessTimer,
  type Reaction,
} from './reaction';
export type { ProcessFigures } from './sql/select-figures';
export type { ListedInstance, PageStart } from './sql/select-instance-page';
export { TimerRunner, type TimerRunnerOptions } from './timer-runner';
export type { Cell } from './transition-grid';
export {
  TransitionTable,
  type InputsOf,
  type Reactions,
  type TransitionTableOptions,
} from './transition-table';
