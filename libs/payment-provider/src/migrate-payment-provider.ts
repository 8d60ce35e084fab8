import { migrateSchema } from '@tidemark/postgres';
import { Ledger1764000000001 } from './migrations/0001-ledger';

export interface MigratePaymentProviderOptions {
  /** A login that may create roles and schemas, or a member of `tidemark_payment_provider_owner`. */
  readonly databaseUrl: string;
  readonly log?: (message: string) => void;
}

/** Brings the ledger's schema up to date. Safe to run again, and by several processes at once. */
export function migratePaymentProvider(options: MigratePaymentProviderOptions): Promise<void> {
  return migrateSchema({
    ...options,
    schema: 'payment_provider',
    ownerRole: 'tidemark_payment_provider_owner',
    roles: ['tidemark_payment_provider_runtime'],
    migrations: [Ledger1764000000001],
  });
}
