export { readAfter, readSpan } from './events/anchored-read';
export type { BackoffOptions } from './backoff';
export { backlogAges, backlogOf, type Progress } from './events/backlog-ages';
export { BrokerConnection, type BrokerConnectionOptions } from './broker/broker-connection';
export {
  brokerPermissions,
  commandPublisherNeeds,
  commandTransportNeeds,
  consumerNeeds,
  relayNeeds,
  type BrokerNeeds,
  type BrokerPermissions,
} from './broker/broker-permissions';
export { CommandDeliveryContext } from './commands/command-delivery-context';
export type { CommandEnvelope } from './commands/command-envelope';
export { commandPattern } from './commands/command-message';
export { CommandPublisher, type CommandPublisherOptions } from './commands/command-publisher';
export {
  CommandTransport,
  type CommandHooks,
  type CommandOutcome,
  type CommandTransportOptions,
} from './commands/command-transport';
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
export { eventMessage } from './events/event-message';
export { FaultPassingFilter } from './commands/fault-passing-filter';
export { MAX_TTL_MS, type GroupPartition, type GroupStore } from './leases/group-store';
export { LeaseBalancer, type LeaseBalancerOptions } from './leases/lease-balancer';
export type { LogReader } from './events/log-reader';
export { silentLogger, type Logger } from './logger';
export {
  OutboxRelay,
  type OutboxRelayOptions,
  type RelayHooks,
  type RelayPartitionStatus,
} from './events/outbox-relay';
export { createOwnerId } from './leases/owner-id';
export type { ParkedCounts, ParkedPageQuery, ParkedStore } from './parked/parked-store';
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
} from './parked/parked-stream';
export { ParkedWork, type ParkedItem, type ParkedWorkOptions } from './parked/parked-work';
export type { ParkingOptions } from './events/partition-applier';
export {
  PartitionConsumerGroup,
  type ConsumerHooks,
  type ConsumerPartitionStatus,
  type PartitionConsumerGroupOptions,
} from './events/partition-consumer-group';
export type { ParkedBatch, PartitionBatch, PartitionHandler } from './events/partition-handler';
export { leaseOf, type Lease } from './lease';
export type { Checkpoint } from './checkpoint';
export { advanceCheckpoint, type Advance, type HeldLease } from './leases/postgres-checkpoint';
export { PostgresGroupStore, type PostgresGroupStoreOptions } from './leases/postgres-group-store';
export { groupStoreGrants, groupStoreTables } from './leases/postgres-group-store-tables';
export { PostgresParkedStore, type PostgresParkedStoreOptions } from './parked/postgres-parked-store';
export {
  attemptGrants,
  attemptTables,
  parkedStoreGrants,
  parkedStoreTables,
} from './parked/postgres-parked-store-tables';
export { PostgresWakeSource, type PostgresWakeSourceOptions } from './events/postgres-wake-source';
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
} from './broker/topology';
export type { WakeSource } from './events/wake-source';
