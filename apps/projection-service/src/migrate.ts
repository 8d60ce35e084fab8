import { databaseLogins, loadConfig, postgresUrl } from '@tidemark/platform';
import { migrateReadModels, type MigrateReadModelsOptions } from '@tidemark/projections';
import { z } from 'zod';

/** Every environment variable that the migration reads. */
export const migrationSections = {
  migration: z.object({
    MIGRATION_DATABASE_URL: postgresUrl().describe(
      'The database of the read models, as a user that may create schemas and roles',
    ),
    READ_MODELS_WRITER_LOGINS: databaseLogins().describe(
      'Logins of the projection-service, to be created as members of `tidemark_read_models_writer`',
    ),
    READ_MODELS_READER_LOGINS: databaseLogins().describe(
      'Logins of the query-service, to be created as members of `tidemark_read_models_reader`',
    ),
  }),
};

/**
 * Brings the schema `read_models` up to date, for an installation whose read models are in Postgres. Safe to run again,
 * and from several processes at once.
 */
export function migrate(options: MigrateReadModelsOptions): Promise<void> {
  return migrateReadModels(options);
}

async function main(): Promise<void> {
  const settings = loadConfig(migrationSections, process.env).migration;
  const log = (message: string) => void process.stdout.write(`${message}\n`);
  await migrate({
    databaseUrl: settings.MIGRATION_DATABASE_URL.current(),
    logins: {
      writer: settings.READ_MODELS_WRITER_LOGINS?.current(),
      reader: settings.READ_MODELS_READER_LOGINS?.current(),
    },
    log,
  });
  log('the schema read_models is up to date');
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`cannot migrate: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
