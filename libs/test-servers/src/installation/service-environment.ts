import { postgresUrlAs, serviceLogins } from './service-logins';
import type { ServiceName } from './service-name';
import type { Storage } from '../storage/storage';

export interface ServiceSettings {
  readonly storage: Storage;
  readonly port: number;
  readonly adminPort: number;
  readonly authKey: string;
  readonly messageKeysFile: string;
  /** The key that hashes clients' addresses. */
  readonly addressKey: string;
}

/** Several installations share one Postgres here, which by default takes 100 connections. */
const smallPools = {
  DATABASE_POOL_SIZE: '8',
  PAYMENT_PROVIDER_POOL_SIZE: '3',
  EVENT_STORE_MAX_CONNECTIONS: '2',
  READ_STORE_MAX_CONNECTIONS: '8',
};

/**
 * The environment of a service. Each service has its own login at the database, as in production.
 */
export function serviceEnvironment(
  name: ServiceName,
  { storage, port, adminPort, authKey, messageKeysFile, addressKey }: ServiceSettings,
): Record<string, string> {
  const logins = serviceLogins(storage.databaseUrl);
  const databaseUrl = postgresUrlAs(storage.databaseUrl, logins[name]);
  const common = {
    PORT: String(port),
    ADMIN_PORT: String(adminPort),
    HOST: '127.0.0.1',
    AUTH_LOCAL_KEY: authKey,
  };
  const broker = {
    ...(storage.amqpUrl !== undefined && { AMQP_URL: storage.amqpUrl }),
    AMQP_PREFIX: storage.amqpPrefix,
    MESSAGE_KEYS_FILE: messageKeysFile,
  };
  const readModels: Record<string, string> =
    storage.mongodbUrl === undefined
      ? { READ_STORE_DATABASE_URL: databaseUrl }
      : { MONGODB_URL: storage.mongodbUrl };
  const log = { EVENT_STORE_DATABASE_URL: databaseUrl };
  switch (name) {
    case 'command-service':
      return {
        ...common,
        ...broker,
        ...smallPools,
        DATABASE_URL: databaseUrl,
        PAYMENT_PROVIDER_DATABASE_URL: postgresUrlAs(storage.databaseUrl, logins['payment-provider']),
        ADDRESS_KEY: addressKey,
      };
    case 'process-manager':
      return {
        ...common,
        ...broker,
        ...log,
        ...smallPools,
        DATABASE_URL: databaseUrl,
      };
    case 'projection-service':
      return {
        ...common,
        ...broker,
        ...log,
        ...smallPools,
        ...readModels,
      };
    case 'query-service':
      return { ...common, ...log, ...smallPools, ...readModels };
    default:
      return name satisfies never;
  }
}
