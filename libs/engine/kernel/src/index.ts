export type { Aggregate } from './aggregate';
export type { Brand } from './brand';
export { canonicalJson } from './canonical-json';
export { systemClock, type Clock } from './clock';
export { formatConsistencyToken, positionsIn, type LogPosition } from './consistency-token';
export { accept, refuse, type Decision, type Refusal } from './decision';
export type { DomainEvent, EventEnvelope, EventMetadata } from './envelope';
export { ContractViolationError, Fault, NewerSchemaVersionError, UnknownEventTypeError } from './errors';
export {
  EventCodec,
  defineEvent,
  type EncodedEvent,
  type EventContract,
  type EventOf,
  type EventVersion,
  type Schema,
} from './event-contract';
export { KeyedQueue } from './keyed-queue';
export { constant, type LiveValue } from './live-value';
export type { EventFilter, PartitionScan, PartitionScanOptions } from './partition-scan';
export { PROCESS_ACTOR_PREFIX } from './process-actor';
export { aggregateIdOf, streamIdOf } from './stream-id';
export type { Wait } from './wait';
export { within } from './within';
