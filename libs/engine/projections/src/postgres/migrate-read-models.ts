import {
  migrateSchema,
  requireMigrated,
  type DatabaseLogin,
  type MigrateSchemaOptions,
} from '@tidemark/postgres';
import type { Pool } from 'pg';
import { CreateReadModels1767225600201 } from './migrations/0001-create-read-models';
import { InlineCheckpoints1767225600202 } from './migrations/0002-inline-checkpoints';

/** The schema of all read models, and of everything that is lost or restored together with them. */
export const readModelsSchema = 'read_models';

export const readModelsRoles = {
  owner: 'tidemark_read_models_owner',
  /** For the process that runs projections. It owns the tables of generations. */
  writer: 'tidemark_read_models_writer',
  /** For queries. */
  reader: 'tidemark_read_models_reader',
} as const;

const migrations: MigrateSchemaOptions['migrations'] = [
  CreateReadModels1767225600201,
  InlineCheckpoints1767225600202,
];

export interface MigrateReadModelsOptions {
  /** A user that may assume the role `tidemark_read_models_owner`, or create it. */
  readonly databaseUrl: string;
  /** Logins of services. Created when absent. Default: none. */
  readonly logins?: {
    readonly writer?: readonly DatabaseLogin[];
    readonly reader?: readonly DatabaseLogin[];
  };
  readonly log?: (message: string) => void;
}

/** Brings the schema `read_models` to its newest version. Safe to run again and at the same time. */
export function migrateReadModels({
  databaseUrl,
  logins = {},
  log,
}: MigrateReadModelsOptions): Promise<void> {
  return migrateSchema({
    databaseUrl,
    schema: readModelsSchema,
    ownerRole: readModelsRoles.owner,
    roles: [readModelsRoles.writer, readModelsRoles.reader],
    logins: {
      [readModelsRoles.writer]: logins.writer ?? [],
      [readModelsRoles.reader]: logins.reader ?? [],
    },
    migrations,
    ...(log && { log }),
  });
}

/** @throws SchemaBehindError when the schema lacks a migration that this code knows */
export function requireReadModelsMigrated(pool: Pool): Promise<void> {
  return requireMigrated(pool, { schema: readModelsSchema, migrations });
}
