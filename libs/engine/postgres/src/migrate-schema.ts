import { escapeIdentifier, type Client } from 'pg';
import { grantLogins, type DatabaseLogin } from './grant-logins';
import type { MigrationClass } from './migration';
import { openClient } from './open-client';
import { runMigrations } from './run-migrations';

export interface MigrateSchemaOptions {
  /** A login that may create roles and schemas, or one that is a member of `ownerRole` in a prepared database. */
  readonly databaseUrl: string;
  readonly schema: string;
  /** The role that owns the schema and everything in it. No service uses it. */
  readonly ownerRole: string;
  /** Group roles to which the migrations grant permissions. Missing roles are created, without login. */
  readonly roles: readonly string[];
  /** Logins by the group role that they are members of. Created when absent. Default: none. */
  readonly logins?: Readonly<Record<string, readonly DatabaseLogin[]>>;
  readonly migrations: readonly MigrationClass[];
  /** Called with the name of every migration that ran. */
  readonly log?: (message: string) => void;
}

/** The key of the advisory lock: "tide" in ASCII. It may be any constant that nothing else in the database uses. */
const advisoryLock = 0x74696465;

/**
 * Brings `schema` to the newest version. Safe to run again, and from several processes at once: one process migrates,
 * and the others wait and then have nothing to do.
 *
 * @throws LoginTakenError before the schema is changed
 */
export async function migrateSchema(options: MigrateSchemaOptions): Promise<void> {
  const client = await openClient(options.databaseUrl, 'tidemark-migrate');
  try {
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock]);
    for (const role of [options.ownerRole, ...options.roles]) {
      await createRoleIfAbsent(client, role);
    }
    for (const [role, logins] of Object.entries(options.logins ?? {})) {
      await grantLogins(client, { role, ownerRole: options.ownerRole, logins });
    }
    await createSchemaIfAbsent(client, options);
    await runMigrations(client, {
      ...options,
      onRan: (name) => options.log?.(`${options.schema}: ran ${name}`),
    });
    await letRolesSee(client, options);
  } finally {
    await client.end();
  }
}

/** Roles belong to the whole cluster, so a migration of another database may be creating the same role right now. */
async function createRoleIfAbsent(client: Client, role: string): Promise<void> {
  await client.query(`
    DO $$ BEGIN
      IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role.replaceAll("'", "''")}') THEN
        CREATE ROLE ${escapeIdentifier(role)} NOLOGIN;
        GRANT ${escapeIdentifier(role)} TO CURRENT_USER;
      END IF;
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`);
}

async function createSchemaIfAbsent(client: Client, options: MigrateSchemaOptions): Promise<void> {
  const { schema, ownerRole, roles } = options;
  const found = await client.query('SELECT FROM pg_namespace WHERE nspname = $1', [schema]);
  if (found.rowCount === 0) {
    await client.query(
      `CREATE SCHEMA ${escapeIdentifier(schema)} AUTHORIZATION ${escapeIdentifier(ownerRole)}`,
    );
  }
  const grantees = roles.map((role) => escapeIdentifier(role)).join(', ');
  await client.query(`GRANT USAGE ON SCHEMA ${escapeIdentifier(schema)} TO ${grantees}`);
}

/** The migrations that this code knows, for comparing them with those that have run. */
async function letRolesSee(
  client: Client,
  { schema, ownerRole, roles }: MigrateSchemaOptions,
): Promise<void> {
  const grantees = roles.map((role) => escapeIdentifier(role)).join(', ');
  await client.query(
    `SET ROLE ${escapeIdentifier(ownerRole)}; GRANT SELECT ON ${escapeIdentifier(schema)}.migrations TO ${grantees}`,
  );
}
