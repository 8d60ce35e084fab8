export { ConfigurationError } from './config/configuration-error';
export { loadConfig, type ConfigOf } from './config/load-config';
export { describeSettings, type SettingDescription } from './config/describe-settings';
export { authSettings, type AuthConfig } from './config/auth-settings';
export { httpSettings, type HttpConfig } from './config/http-settings';
export { consumerSettings, type ConsumerSettingsOptions } from './config/consumer-settings';
export { commandSettings, commandsFault, commandsOf } from './config/command-settings';
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
export { count, durationMs } from './config/numbers';

export { createService } from './service/create-service';
export { runService } from './service/run-service';
export { AdminPort, type Port } from './admin-port/admin-port';
export { injectByPath } from './admin-port/inject-by-path';

export { hasRole, mayActForCustomer, type Caller } from './auth/caller';
export { shownActor } from './auth/shown-actor';
export { CurrentCaller } from './auth/current-caller';
export { Roles, type RouteAccess } from './auth/route-access';

export { ProblemException, invalidRequest, notFound, type FieldFault } from './problem/problem-exception';
export type { ProblemKind } from './problem/general-problems';
export { ApiProblem, problemsOf } from './problem/problems';

export { CommandContext } from './http/command-context';
export { commandHashOf, commandIdOf } from './http/command-identity';
export { requireKnownPartitions, tokenBeyondHead, type ConsistencyToken } from './http/consistency-token';
export { ReadAfter, ReadEndpoint } from './http/read-after';
export { ExpectedVersion, etagOf } from './http/expected-version';
export { BodyLimit } from './http/body-limit';
export { WriteEndpoint } from './http/write-endpoint';

export { decodeCursor, encodeCursor, type CursorScope } from './paging/cursor';
export { pageDto } from './paging/page-dto';

export { IsCurrency } from './dto/codes';
export { AddressDto } from './dto/address-dto';
export { MoneyDto } from './dto/money-dto';
export { PageQueryDto } from './dto/page-query-dto';
export { WriteResultDto } from './dto/write-result-dto';
export {
  IsEmailAddress,
  IsIdentifier,
  IsPhoneNumber,
  IsQuantity,
  IsSignedQuantity,
  IsText,
  IsUuid,
} from './dto/field-rules';
export { NestedList, NestedObject } from './dto/nested';
export { QueryNumber } from './dto/query-number';

export { READINESS_CHECKS, type ReadinessCheck } from './health/readiness-check';
export { Metrics } from './metrics/metrics';
export { refusedMessages } from './metrics/refused-messages';

export { ParkedController } from './parked/parked.controller';
export { PARKED_WORK } from './parked/parked-work';
