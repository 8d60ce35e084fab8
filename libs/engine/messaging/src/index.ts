export { readAfter, readSpan } from './anchored-read';
export type { BackoffOptions } from './backoff';
export { backlogAges, backlogOf, type Progress } from './backlog-ages';
export { BrokerConnection, type BrokerConnectionOptions } from './broker-connection';
export {
  brokerPermissions,
  commandPublisherNeeds,
  commandTransportNeeds,
  consumerNeeds,
  relayNeeds,
  type BrokerNeeds,
  type BrokerPermissions,
} from './broker-permissions';
export { CommandDeliveryContext } from './command-delivery-context';
export type { CommandEnvelope } from './command-envelope';
export { commandPattern } from './command-message';
export { CommandPublisher, type CommandPublisherOptions } from './command-publisher';
export {
  CommandTransport,
  type CommandHooks,
  type CommandOutcome,
  type CommandTransportOptions,
} from './command-transport';
export {
  BrokerUnavailableError,
  HandlerEndedProcessError,
  HandlerProgressedError,
  HandlerTimedOutError,
  LeaseLostError,
  LogDivergedError,
  MalformedMessageError,
  MissingEventsError,
  NoSigningKeyError,
  NotConfirmedError,
  TopologyMismatchError,
  UnknownPatternError,
  UnroutableMessageError,
} from './errors';
export { eventMessage } from './event-message';
export { FaultPassingFilter } from './fault-passing-filter';
export { MAX_TTL_MS, type GroupPartition, type GroupStore } from './group-store';
export { LeaseBalancer, type LeaseBalancerOptions } from './lease-balancer';
export type { LogReader } from './log-reader';
export { silentLogger, type Logger } from './logger';
export {
  OutboxRelay,
  type OutboxRelayOptions,
  type RelayHooks,
  type RelayPartitionStatus,
} from './outbox-relay';
export { createOwnerId } from './owner-id';
export type { ParkedCounts, ParkedPageQuery, ParkedStore } from './parked-store';
export {
  isHeldBackBy,
  movedOn,
  parkedAgain,
  parkedStatuses,
  parkedStream,
  type ParkedAct,
  type ParkedEvent,
  type ParkedRequest,
  type ParkedStatus,
  type ParkedStream,
} from './parked-stream';
export { ParkedWork, type ParkedItem, type ParkedWorkOptions } from './parked-work';
export type { ParkingOptions } from './partition-applier';
export {
  PartitionConsumerGroup,
  type ConsumerHooks,
  type ConsumerPartitionStatus,
  type PartitionConsumerGroupOptions,
} from './partition-consumer-group';
export {
  leaseOf,
  type Checkpoint,
  type Lease,
  type ParkedBatch,
  type PartitionBatch,
  type PartitionHandler,
} from './partition-handler';
export { advanceCheckpoint, type Advance, type HeldLease } from './postgres-checkpoint';
export { PostgresGroupStore, type PostgresGroupStoreOptions } from './postgres-group-store';
export { groupStoreGrants, groupStoreTables } from './postgres-group-store-tables';
export { PostgresParkedStore, type PostgresParkedStoreOptions } from './postgres-parked-store';
export {
  attemptGrants,
  attemptTables,
  parkedStoreGrants,
  parkedStoreTables,
} from './postgres-parked-store-tables';
export { PostgresWakeSource, type PostgresWakeSourceOptions } from './postgres-wake-source';
export { eitherOf } from './signals';
export { isProcess, RELAY_OWNER, secretsOf, type MessageKey } from './signing/message-key';
export { MessageKeys } from './signing/message-keys';
export { messageKeysText } from './signing/message-keys-text';
export { signMessage } from './signing/sign-message';
export { messageRefusals, type MessageRefusal } from './signing/verify-message';
export {
  DEFAULT_PREFIX,
  declareCommandTopology,
  declareEventTopology,
  topologyNames,
  type CommandTopology,
  type EventTopology,
} from './topology';
export type { WakeSource } from './wake-source';
