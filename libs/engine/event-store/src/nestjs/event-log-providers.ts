import type { FactoryProvider } from '@nestjs/common';
import { EventStore } from '../event-store';
import type { EventLog } from '../open-event-log';

/** The token of the open `EventLog`. */
export const EVENT_LOG = Symbol('event log');

/** The token of the `Pool` that the event store runs on. */
export const EVENT_LOG_POOL = Symbol('event log pool');

/** The token of the number of partitions that the log was created with. */
export const PARTITION_COUNT = Symbol('partition count');

/** The token of the log's identity; see `logIdentity`. */
export const LOG_IDENTITY = Symbol('log identity');

/** What is injected of the open log. */
export const eventLogProviders: readonly FactoryProvider[] = [
  { provide: EventStore, useFactory: ({ store }: EventLog) => store, inject: [EVENT_LOG] },
  { provide: EVENT_LOG_POOL, useFactory: ({ pool }: EventLog) => pool, inject: [EVENT_LOG] },
  { provide: PARTITION_COUNT, useFactory: ({ partitions }: EventLog) => partitions, inject: [EVENT_LOG] },
  { provide: LOG_IDENTITY, useFactory: ({ identity }: EventLog) => identity, inject: [EVENT_LOG] },
];
