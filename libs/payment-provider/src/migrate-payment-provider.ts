import { migrateSchema, requireMigrated, type DatabaseLogin } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { Ledger1764000000001 } from './migrations/0001-ledger';

const schema = 'payment_provider';
const runtimeRole = 'tidemark_payment_provider_runtime';
const migrations = [Ledger1764000000001];

export interface MigratePaymentProviderOptions {
  /** A login that may create roles and schemas, or a member of `tidemark_payment_provider_owner`. */
  readonly databaseUrl: string;
  /** Logins of the services that ask the provider. Created when absent. Default: none. */
  readonly logins?: readonly DatabaseLogin[];
  readonly log?: (message: string) => void;
}

/** Brings the ledger's schema up to date. Safe to run again, and by several processes at once. */
export function migratePaymentProvider(options: MigratePaymentProviderOptions): Promise<void> {
  return migrateSchema({
    ...options,
    schema,
    ownerRole: 'tidemark_payment_provider_owner',
    roles: [runtimeRole],
    logins: { [runtimeRole]: options.logins ?? [] },
    migrations,
  });
}

/** @throws SchemaBehindError when the ledger lacks a migration that this code knows */
export function requirePaymentProviderMigrated(pool: Pool): Promise<void> {
  return requireMigrated(pool, { schema, migrations });
}
