export { LoginTakenError, SchemaBehindError, StoreUnavailableError, TransactionAbortedError } from './errors';
export type { DatabaseLogin } from './grant-logins';
export { migrateSchema, type MigrateSchemaOptions } from './migrate-schema';
export type { Migration, MigrationClass, MigrationConnection } from './migration';
export { openClient } from './open-client';
export { createPool, type PoolOptions } from './pool';
export { requireMigrated } from './require-migrated';
export { asStoreFault, concernsTheDatabase, isUnavailable, sqlState, violatedConstraint } from './sql-state';
export { inTransaction, Transaction } from './transaction';
