export {
  EVENT_LOG_POOL,
  EventLogModule,
  PARTITION_COUNT,
  type EventLogModuleOptions,
} from './event-log.module';
