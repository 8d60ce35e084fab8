import { migrateEventStore, type MigrateEventStoreOptions } from '@tidemark/event-store';
import {
  migrateCommandQueue,
  Relay1764000000101,
  type MigrateCommandQueueOptions,
} from '@tidemark/messaging';
import { migratePaymentProvider, type MigratePaymentProviderOptions } from '@tidemark/payment-provider';
import { count, databaseLogins, loadConfig, postgresUrl } from '@tidemark/platform';
import { z } from 'zod';

/** Every environment variable that the migration reads. */
export const migrationSections = {
  migration: z.object({
    MIGRATION_DATABASE_URL: postgresUrl().describe(
      'The database, as a user that may create schemas and roles',
    ),
    PARTITIONS: count({ default: 16, max: 1_024 }).describe(
      "The number of partitions of a new log. It can't be changed later",
    ),
    EVENT_STORE_WRITER_LOGINS: databaseLogins().describe(
      'Logins of the command-service, to be created as members of `tidemark_event_store_writer`',
    ),
    EVENT_STORE_READER_LOGINS: databaseLogins().describe(
      'Logins of services that read the log, to be created as members of `tidemark_event_store_reader`',
    ),
    COMMAND_QUEUE_SENDER_LOGINS: databaseLogins().describe(
      'Logins of the process-manager, to be created as members of `tidemark_command_queue_sender`',
    ),
    COMMAND_QUEUE_RECEIVER_LOGINS: databaseLogins().describe(
      'Logins of the command-service, to be created as members of `tidemark_command_queue_receiver`',
    ),
    PAYMENT_PROVIDER_LOGINS: databaseLogins().describe(
      'Logins for the simulated payment provider, to be created as members of `tidemark_payment_provider_runtime`',
    ),
  }),
};

/** The schema of the relay, whose tables are stored beside the log. */
export const additionalMigrations = [Relay1764000000101];

/**
 * Brings the schemas `event_store`, `command_queue` and `payment_provider` up to date. Safe to run again, and from
 * several processes at once.
 *
 * @throws PartitionCountMismatchError when the log exists with another number of partitions
 */
export async function migrate({
  logins,
  ...options
}: {
  readonly databaseUrl: string;
  readonly partitions: number;
  readonly logins?: MigrateEventStoreOptions['logins'] & {
    readonly commandQueue?: MigrateCommandQueueOptions['logins'];
    readonly paymentProvider?: MigratePaymentProviderOptions['logins'];
  };
  readonly log?: (message: string) => void;
}): Promise<void> {
  await migrateEventStore({ ...options, logins, additionalMigrations });
  await migrateCommandQueue({ ...options, logins: logins?.commandQueue });
  await migratePaymentProvider({ ...options, logins: logins?.paymentProvider });
}

async function main(): Promise<void> {
  const settings = loadConfig(migrationSections, process.env).migration;
  const log = (message: string) => void process.stdout.write(`${message}\n`);
  await migrate({
    databaseUrl: settings.MIGRATION_DATABASE_URL.current(),
    partitions: settings.PARTITIONS,
    logins: {
      writer: settings.EVENT_STORE_WRITER_LOGINS?.current(),
      reader: settings.EVENT_STORE_READER_LOGINS?.current(),
      commandQueue: {
        sender: settings.COMMAND_QUEUE_SENDER_LOGINS?.current(),
        receiver: settings.COMMAND_QUEUE_RECEIVER_LOGINS?.current(),
      },
      paymentProvider: settings.PAYMENT_PROVIDER_LOGINS?.current(),
    },
    log,
  });
  log('the schemas event_store, command_queue and payment_provider are up to date');
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`cannot migrate: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
