import { migrateSchema, requireMigrated, type DatabaseLogin } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { CreateProcessManager1767225600001 } from './migrations/0001-create-process-manager';
import { ParkedStreams1767225600002 } from './migrations/0002-parked-streams';
import { Reasons1767225600003 } from './migrations/0003-reasons';
import { ParkedTimers1767225600004 } from './migrations/0004-parked-timers';
import { ConsumerAttempts1767225600005 } from './migrations/0005-consumer-attempts';
import { ReleasedTimers1767225600006 } from './migrations/0006-released-timers';

/** The schema of all tables of this library. */
export const processManagerSchema = 'process_manager';

const runtimeRole = 'tidemark_process_manager_runtime';
const migrations = [
  CreateProcessManager1767225600001,
  ParkedStreams1767225600002,
  Reasons1767225600003,
  ParkedTimers1767225600004,
  ConsumerAttempts1767225600005,
  ReleasedTimers1767225600006,
];

export interface MigrateProcessManagerOptions {
  /** A user that may assume the role `tidemark_process_manager_owner`, or create it. */
  readonly databaseUrl: string;
  /** Logins of the services that run processes. Created when absent. Default: none. */
  readonly logins?: readonly DatabaseLogin[];
  readonly log?: (message: string) => void;
}

/** Brings the schema `process_manager` to its newest version. Safe to run again, and from several processes at once. */
export function migrateProcessManager({
  databaseUrl,
  logins = [],
  log,
}: MigrateProcessManagerOptions): Promise<void> {
  return migrateSchema({
    databaseUrl,
    schema: processManagerSchema,
    ownerRole: 'tidemark_process_manager_owner',
    roles: [runtimeRole],
    logins: { [runtimeRole]: logins },
    migrations,
    ...(log && { log }),
  });
}

/** @throws SchemaBehindError when the schema lacks a migration that this code knows */
export function requireProcessManagerMigrated(pool: Pool): Promise<void> {
  return requireMigrated(pool, { schema: processManagerSchema, migrations });
}
