import { migrateSchema, requireMigrated, type DatabaseLogin } from '@tidemark/postgres';
import type { Pool } from 'pg';
import { CreateCommandQueue1796000000001 } from './migrations/0001-create-command-queue';

/** The schema of the queues in Postgres. */
export const commandQueueSchema = 'command_queue';

/** Senders notify receivers of new commands on this channel. The payload is empty. */
export const COMMANDS_CHANNEL = 'tidemark_commands';

const senderRole = 'tidemark_command_queue_sender';
const receiverRole = 'tidemark_command_queue_receiver';
const migrations = [CreateCommandQueue1796000000001];

export interface MigrateCommandQueueOptions {
  /** A user that may assume the role `tidemark_command_queue_owner`, or create it. */
  readonly databaseUrl: string;
  /** Logins of the services that send and receive commands. Created when absent. Default: none. */
  readonly logins?:
    | {
        readonly sender?: readonly DatabaseLogin[] | undefined;
        readonly receiver?: readonly DatabaseLogin[] | undefined;
      }
    | undefined;
  readonly log?: (message: string) => void;
}

/** Brings the schema `command_queue` to its newest version. Safe to run again, and from several processes at once. */
export function migrateCommandQueue({ databaseUrl, logins, log }: MigrateCommandQueueOptions): Promise<void> {
  return migrateSchema({
    databaseUrl,
    schema: commandQueueSchema,
    ownerRole: 'tidemark_command_queue_owner',
    roles: [senderRole, receiverRole],
    logins: { [senderRole]: logins?.sender ?? [], [receiverRole]: logins?.receiver ?? [] },
    migrations,
    ...(log && { log }),
  });
}

/** @throws SchemaBehindError when the schema lacks a migration that this code knows, or a fault of the database */
export function requireCommandQueueMigrated(pool: Pool): Promise<void> {
  return requireMigrated(pool, { schema: commandQueueSchema, migrations });
}
