export {
  EVENT_LOG,
  EVENT_LOG_POOL,
  LOG_IDENTITY,
  PARTITION_COUNT,
  eventLogProviders,
} from './event-log-providers';
export { EventLogModule, type EventLogModuleOptions } from './event-log.module';
