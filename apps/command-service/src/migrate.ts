import { migrateEventStore } from '@tidemark/event-store';
import { migratePaymentProvider } from '@tidemark/payment-provider';
import { count, loadConfig, postgresUrl } from '@tidemark/platform';
import { z } from 'zod';
import { Relay1764000000101 } from './relay/migrations/0001-relay';

/** Every environment variable that the migration reads. */
export const migrationSections = {
  migration: z.object({
    MIGRATION_DATABASE_URL: postgresUrl().describe(
      'The database, as a user that may create schemas and roles',
    ),
    PARTITIONS: count({ default: 16, max: 1_024 }).describe(
      'The number of partitions of a new log. It can not be changed later',
    ),
  }),
};

/** The schema of the relay, whose tables are stored beside the log. */
export const additionalMigrations = [Relay1764000000101];

/**
 * Brings the schemas `event_store` and `payment_provider` up to date. Safe to run again, and from several processes at
 * once.
 *
 * @throws PartitionCountMismatchError when the log exists with another number of partitions
 */
export async function migrate(options: {
  readonly databaseUrl: string;
  readonly partitions: number;
  readonly log?: (message: string) => void;
}): Promise<void> {
  await migrateEventStore({ ...options, additionalMigrations });
  await migratePaymentProvider(options);
}

async function main(): Promise<void> {
  const { MIGRATION_DATABASE_URL, PARTITIONS } = loadConfig(migrationSections, process.env).migration;
  const log = (message: string) => void process.stdout.write(`${message}\n`);
  await migrate({ databaseUrl: MIGRATION_DATABASE_URL.current(), partitions: PARTITIONS, log });
  log('the schemas event_store and payment_provider are up to date');
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`cannot migrate: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
