import { databaseLogins, loadConfig, postgresUrl } from '@tidemark/platform';
import { migrateProcessManager, type MigrateProcessManagerOptions } from '@tidemark/process-manager';
import { z } from 'zod';

/** Every environment variable that the migration reads. */
export const migrationSections = {
  migration: z.object({
    MIGRATION_DATABASE_URL: postgresUrl().describe(
      'The database, as a user that may create schemas and roles',
    ),
    PROCESS_MANAGER_LOGINS: databaseLogins().describe(
      'Logins of the process-manager, to be created as members of `tidemark_process_manager_runtime`',
    ),
  }),
};

/** Brings the schema `process_manager` up to date. Safe to run again, and from several processes at once. */
export function migrate(options: MigrateProcessManagerOptions): Promise<void> {
  return migrateProcessManager(options);
}

async function main(): Promise<void> {
  const { MIGRATION_DATABASE_URL, PROCESS_MANAGER_LOGINS } = loadConfig(
    migrationSections,
    process.env,
  ).migration;
  const log = (message: string) => void process.stdout.write(`${message}\n`);
  await migrate({
    databaseUrl: MIGRATION_DATABASE_URL.current(),
    logins: PROCESS_MANAGER_LOGINS?.current(),
    log,
  });
  log('the schema process_manager is up to date');
}

if (require.main === module) {
  main().catch((error: unknown) => {
    process.stderr.write(`cannot migrate: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  });
}
