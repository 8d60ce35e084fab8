import { describeSettings, type SettingDescription } from '@tidemark/platform';
import type { ServiceName } from '@tidemark/test-servers';
import { loadCommandServiceConfig, sections as commandService } from 'command-service/config';
import { migrationSections as eventStoreMigration } from 'command-service/migrate';
import { loadProcessManagerConfig, sections as processManager } from 'process-manager/config';
import { migrationSections as processManagerMigration } from 'process-manager/migrate';
import { loadProjectionServiceConfig, sections as projectionService } from 'projection-service/config';
import { migrationSections as readModelsMigration } from 'projection-service/migrate';
import { loadQueryServiceConfig, sections as queryService } from 'query-service/config';

/** The settings of every service, from the schemas with which it starts. */
export const serviceSettings: Readonly<Record<ServiceName, readonly SettingDescription[]>> = {
  'command-service': describeSettings(commandService),
  'query-service': describeSettings(queryService),
  'projection-service': describeSettings(projectionService),
  'process-manager': describeSettings(processManager),
};

const readModelsProgram = 'apps/projection-service/dist/migrate.js';

/** The settings that each migration reads, by the path of its program in the image. */
export const migrationSettings: Readonly<Record<string, readonly SettingDescription[]>> = {
  'apps/command-service/dist/migrate.js': describeSettings(eventStoreMigration),
  'apps/process-manager/dist/migrate.js': describeSettings(processManagerMigration),
  [readModelsProgram]: describeSettings(readModelsMigration),
};

/** The programs that bring an installation up to date. MongoDB needs none. */
export function migrationsOf(readStore: 'mongodb' | 'postgres'): readonly string[] {
  const programs = Object.keys(migrationSettings);
  return readStore === 'postgres' ? programs : programs.filter((program) => program !== readModelsProgram);
}

/** The function with which each service reads its configuration. It throws if the configuration is not valid. */
export const configLoaders = {
  'command-service': loadCommandServiceConfig,
  'query-service': loadQueryServiceConfig,
  'projection-service': loadProjectionServiceConfig,
  'process-manager': loadProcessManagerConfig,
} satisfies Record<ServiceName, unknown>;
