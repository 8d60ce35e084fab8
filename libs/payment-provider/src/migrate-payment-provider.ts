import { migrateSchema, requireMigrated } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { Ledger1764000000001 } from './migrations/0001-ledger';

const schema = 'payment_provider';
const migrations = [Ledger1764000000001];

export interface MigratePaymentProviderOptions {
  /** A login that may create roles and schemas, or a member of `tidemark_payment_provider_owner`. */
  readonly databaseUrl: string;
  readonly log?: (message: string) => void;
}

/** Brings the ledger's schema up to date. Safe to run again, and by several processes at once. */
export function migratePaymentProvider(options: MigratePaymentProviderOptions): Promise<void> {
  return migrateSchema({
    ...options,
    schema,
    ownerRole: 'tidemark_payment_provider_owner',
    roles: ['tidemark_payment_provider_runtime'],
    migrations,
  });
}

/** @throws SchemaBehindError when the ledger lacks a migration that this code knows */
export function requirePaymentProviderMigrated(pool: Pool): Promise<void> {
  return requireMigrated(pool, { schema, migrations });
}
