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
export type { EngineHooks } from './engine-hooks';
export { IncompleteTransitionTableError, StepRepeatedError, UnknownDefinitionVersionError } from './errors';
export type { CommandOutbox } from './command-outbox';
export { InMemoryProcess, type InMemoryProcessOptions } from './in-memory/in-memory-process';
export {
  InMemoryProcessEngine,
  type InMemoryProcessEngineOptions,
} from './in-memory/in-memory-process-engine';
export { InMemoryProcessReader } from './in-memory/in-memory-process-reader';
export type { InstanceChange } from './instance-draft';
export { InstanceRun } from './instance-run';
export {
  migrateProcessManager,
  processManagerSchema,
  requireProcessManagerMigrated,
  type MigrateProcessManagerOptions,
} from './migrate-process-manager';
export type { NewCommand } from './outstanding-commands';
export {
  personActs,
  type EnvelopeOf,
  type EventInput,
  type PersonAct,
  type PersonInput,
  type PersonRequest,
  type ProcessDefinition,
  type ProcessInput,
  type ProcessStatus,
  type TimerInput,
} from './process-definition';
export {
  ProcessEngine,
  type ProcessEngineOptions,
  type RequestedBy,
  type RequestOutcome,
} from './process-engine';
export {
  newInstance,
  type FinalStatus,
  type HistoryEntry,
  type InstanceStatus,
  type OutstandingCommand,
  type ProcessInstance,
} from './process-instance';
export { ProcessReader, type InstanceStory, type ProcessReaderOptions } from './process-reader';
export {
  deferred,
  handled,
  ignored,
  type Handled,
  type ProcessCommand,
  type ProcessTimer,
  type Reaction,
  type StuckReason,
} from './reaction';
export { attemptsBeforeOverdue } from './sql/overdue';
export { unfinishedStatuses, type ProcessFigures, type UnfinishedStatus } from './sql/select-figures';
export type { ListedInstance, PageStart } from './sql/select-instance-page';
export { TimerRunner, type TimerRunnerOptions } from './timer-runner';
export type { Cell } from './transition-grid';
export {
  TransitionTable,
  type InputsOf,
  type Reactions,
  type TransitionTableOptions,
} from './transition-table';
