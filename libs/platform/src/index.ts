export { ConfigurationError } from './config/configuration-error';
export { loadConfig, type ConfigOf } from './config/load-config';
export type { SettingsSection } from './config/settings-section';
export { describeSettings, type SettingDescription } from './config/describe-settings';
export { authSettings, type AuthConfig } from './config/auth-settings';
export { httpSettings, type HttpConfig } from './config/http-settings';
export { consumerSettings, type ConsumerSettingsOptions } from './config/consumer-settings';
export { deliveryFault, deliveryOf, deliverySettings } from './config/delivery-settings';
export { eventLogSettings } from './config/event-log-settings';
export { tracingSettings, type TracingConfig } from './config/tracing-settings';
export { databaseLogins } from './config/database-logins';
export { readStoreSettings, type ReadStoreSettingsOptions } from './config/read-store-settings';
export { amqpPrefix, amqpUrl, mongodbUrl, postgresUrl } from './config/urls';
export { secret, Secret, type ChangeRule } from './secrets/secret';
export {
  nodeEnvironment,
  publishedKeys,
  requireProductionKeys,
  requireUnguessable,
} from './config/production';
export { count, durationMs, flag } from './config/numbers';

export { createService, type ServiceOptions } from './service/create-service';
export { runService, type RunServiceOptions } from './service/run-service';
export { whenThere, type WhenThereOptions } from './service/when-there';
export { AdminPort, type Port } from './admin-port/admin-port';
export { injectByPath } from './admin-port/inject-by-path';
export { DrainState } from './health/drain-state';
export { PLATFORM_CONFIG, type PlatformConfig } from './config/platform-config';

export { ROLES, hasRole, mayActForCustomer, type Caller, type Role } from './auth/caller';
export { shownActor } from './auth/shown-actor';
export { CurrentCaller } from './auth/current-caller';
export { Public, Roles, type RouteAccess } from './auth/route-access';

export {
  ProblemException,
  invalidRequest,
  notFound,
  type FieldFault,
  type ProblemOptions,
} from './problem/problem-exception';
export type { ProblemKind } from './problem/general-problems';
export { ApiProblem, problemsOf } from './problem/problems';
export { ProblemDto } from './problem/problem-dto';

export { CommandContext } from './http/command-context';
export { commandHashOf, commandIdOf } from './http/command-identity';
export { CorrelationId } from './http/correlation-id';
export {
  formatConsistencyToken,
  parseConsistencyToken,
  requireKnownPartitions,
  tokenBeyondHead,
  type ConsistencyToken,
  type LogPosition,
} from './http/consistency-token';
export { ReadAfter, ReadEndpoint } from './http/read-after';
export { ExpectedVersion, etagOf } from './http/expected-version';
export { traceparentOf } from './http/traceparent';
export { BodyLimit } from './http/body-limit';
export { WriteEndpoint, type WriteEndpointOptions } from './http/write-endpoint';

export {
  cursorInstant,
  decodeCursor,
  encodeCursor,
  type CursorSchema,
  type CursorScope,
} from './paging/cursor';
export { pageDto } from './paging/page-dto';

export { IsCountry, IsCurrency } from './dto/codes';
export { AddressDto } from './dto/address-dto';
export { MoneyDto } from './dto/money-dto';
export { PageQueryDto } from './dto/page-query-dto';
export { WriteResultDto } from './dto/write-result-dto';
export {
  IsEmailAddress,
  IsIdentifier,
  IsPhoneNumber,
  IsPrice,
  IsQuantity,
  IsSignedQuantity,
  IsText,
  IsUuid,
  type FieldOptions,
} from './dto/field-rules';
export { NestedList, NestedObject } from './dto/nested';
export { QueryNumber } from './dto/query-number';

export { requireNoFault } from './health/require-no-fault';
export { READINESS_CHECKS, type ReadinessCheck } from './health/readiness-check';
export { Metrics } from './metrics/metrics';
export { refusedMessages } from './metrics/refused-messages';

export { ParkedController } from './parked/parked.controller';
export { PARKED_WORK, type ParkedWork } from './parked/parked-work';
