export {
  EVENT_LOG_POOL,
  EventLogModule,
  LOG_IDENTITY,
  PARTITION_COUNT,
  type EventLogModuleOptions,
} from './event-log.module';
