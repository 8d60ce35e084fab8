export type { BackoffOptions } from './backoff';
export { BrokerConnection, type BrokerConnectionOptions } from './broker/broker-connection';
export type { OutgoingMessage, ReceivedMessage } from './broker/message';
export {
  brokerPermissions,
  commandPublisherNeeds,
  commandTransportNeeds,
  consumerNeeds,
  relayNeeds,
  type BrokerNeeds,
  type BrokerPermissions,
} from './broker/broker-permissions';
export {
  DEFAULT_PREFIX,
  declareCommandTopology,
  declareEventTopology,
  topologyNames,
  type CommandTopology,
  type EventTopology,
} from './broker/topology';
export type { Checkpoint } from './checkpoint';
export { CommandDeliveryContext } from './commands/command-delivery-context';
export type { CommandEnvelope } from './commands/command-envelope';
export { commandPattern } from './commands/command-message';
export { CommandPublisher, type CommandPublisherOptions } from './commands/command-publisher';
export type { CommandHooks, CommandOutcome } from './commands/command-attempts';
export type { CommandDelivery, CommandReceiver, EarlierAttempts } from './commands/command-receiver';
export type { CommandSender } from './commands/command-sender';
export { BrokerCommandReceiver, type BrokerCommandReceiverOptions } from './commands/broker-command-receiver';
export { BrokerCommandSender, type BrokerCommandSenderOptions } from './commands/broker-command-sender';
export {
  InMemoryCommandQueues,
  type InMemoryDeadLetter,
} from './commands/in-memory/in-memory-command-queues';
export {
  migrateCommandQueue,
  requireCommandQueueMigrated,
  type MigrateCommandQueueOptions,
} from './commands/postgres/command-queue-schema';
export {
  PostgresCommandReceiver,
  type PostgresCommandReceiverOptions,
} from './commands/postgres/postgres-command-receiver';
export {
  PostgresCommandSender,
  type PostgresCommandSenderOptions,
} from './commands/postgres/postgres-command-sender';
export { CommandTransport, type CommandTransportOptions } from './commands/command-transport';
export { FaultPassingFilter } from './commands/fault-passing-filter';
export {
  BrokerUnavailableError,
  HandlerEndedProcessError,
  HandlerProgressedError,
  HandlerTimedOutError,
  LeaseLostError,
  LogDivergedError,
  MalformedMessageError,
  MissingEventsError,
  MixedDeliveryError,
  NoSigningKeyError,
  NotConfirmedError,
  ReceiversDiedError,
  SubscriptionMovedError,
  TopologyMismatchError,
  UnknownPatternError,
  UnroutableMessageError,
} from './errors';
export { readAfter, readSpan } from './events/anchored-read';
export { BrokerDelivery, type BrokerDeliveryOptions } from './events/broker-delivery';
export { backlogAges, backlogOf, type Progress } from './events/backlog-ages';
export {
  ConsumerGroup,
  type ConsumerPartitionStatus,
  type ConsumerGroupOptions,
} from './events/consumer-group';
export { deliveryKinds, type Delivery, type DeliveryHooks, type DeliveryKind } from './events/delivery';
export { eventMessage } from './events/event-message';
export { LogDelivery, type LogDeliveryOptions } from './events/log-delivery';
export type { LogReader } from './events/log-reader';
export type { ParkingOptions } from './events/partition-applier';
export type { ConsumerHooks } from './events/partition-consumer';
export type { ParkedBatch, PartitionBatch, PartitionHandler } from './events/partition-handler';
export { Relay1764000000101 } from './events/migrations/0001-relay';
export type { RelayHooks } from './events/partition-relay';
export { PostgresWakeSource, type PostgresWakeSourceOptions } from './events/postgres-wake-source';
export { RelayGroup, type RelayGroupOptions, type RelayPartitionStatus } from './events/relay-group';
export type { WakeSource } from './events/wake-source';
export { leaseOf, type Lease } from './lease';
export { MAX_TTL_MS, type GroupPartition, type GroupStore } from './leases/group-store';
export { InMemoryGroupStore, InMemoryGroupTables } from './leases/in-memory-group-store';
export { LeaseBalancer, type LeaseBalancerOptions } from './leases/lease-balancer';
export { createOwnerId } from './leases/owner-id';
export { advanceCheckpoint, type Advance, type HeldLease } from './leases/postgres-checkpoint';
export { PostgresGroupStore, type PostgresGroupStoreOptions } from './leases/postgres-group-store';
export { groupStoreGrants, groupStoreTables } from './leases/postgres-group-store-tables';
export { silentLogger, type Logger } from './logger';
export { InMemoryParkedStore } from './parked/in-memory-parked-store';
export type { ParkedCounts, ParkedPageQuery, ParkedStore } from './parked/parked-store';
export {
  heldBackBy,
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
export { PostgresParkedStore, type PostgresParkedStoreOptions } from './parked/postgres-parked-store';
export {
  attemptGrants,
  attemptTables,
  parkedStoreGrants,
  parkedStoreTables,
} from './parked/postgres-parked-store-tables';
export { scopedLogger } from './scoped-logger';
export { eitherOf } from './signals';
export { isProcess, RELAY_OWNER, secretsOf, type MessageKey } from './signing/message-key';
export { MessageKeys } from './signing/message-keys';
export { messageKeysText } from './signing/message-keys-text';
export { signMessage } from './signing/sign-message';
export { messageRefusals, type MessageRefusal } from './signing/verify-message';
export { InMemorySubscriptionCheckpoints } from './subscriptions/in-memory-subscription-checkpoints';
export {
  PostgresSubscriptionCheckpoints,
  subscriptionGrants,
  subscriptionTables,
  type PostgresSubscriptionCheckpointsOptions,
} from './subscriptions/postgres-subscription-checkpoints';
export { subscribe } from './subscriptions/subscribe';
export type {
  CaughtUp,
  ScannableLog,
  SubscribedEvents,
  SubscribeOptions,
  SubscriptionItem,
  SubscriptionStart,
} from './subscriptions/subscription';
export type { SubscriptionCheckpoints, SubscriptionStep } from './subscriptions/subscription-checkpoints';
export { Slots, type SlotsOptions } from './slots';
export { WorkLoop, type WorkLoopOptions } from './work-loop';
