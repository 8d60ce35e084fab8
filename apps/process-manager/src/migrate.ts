import { loadConfig, postgresUrl } from '@tidemark/platform';
import { migrateProcessManager } from '@tidemark/process-manager';
import { z } from 'zod';

/** Every environment variable that the migration reads. */
export const migrationSections = {
  migration: z.object({
    MIGRATION_DATABASE_URL: postgresUrl().describe(
      'The database, as a user that may create schemas and roles',
    ),
  }),
};

/** Brings the schema `process_manager` up to date. Safe to run again, and from several processes at once. */
export function migrate(options: {
  readonly databaseUrl: string;
  readonly log?: (message: string) => void;
}): Promise<void> {
  return migrateProcessManager(options);
}

async function main(): Promise<void> {
  const { MIGRATION_DATABASE_URL } = loadConfig(migrationSections, process.env).migration;
  const log = (message: string) => void process.stdout.write(`${message}\n`);
  await migrate({ databaseUrl: MIGRATION_DATABASE_URL.current(), log });
  log('the schema process_manager is up to date');
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`cannot migrate: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
