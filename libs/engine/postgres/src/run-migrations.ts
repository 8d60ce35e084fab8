import { escapeIdentifier, type Client } from 'pg';
import { timeOf, type MigrationClass } from './migration';

export interface RunMigrationsOptions {
  readonly schema: string;
  /** The role that will own what the migrations create. */
  readonly ownerRole: string;
  readonly migrations: readonly MigrationClass[];
  /** Called with the name of every migration that ran. */
  readonly onRan: (name: string) => void;
}

/**
 * Runs the migrations that have not run yet, oldest first, each in a transaction of its own. They are recorded in the
 * table `migrations` of the schema, in TypeORM's form: installations that TypeORM migrated continue from there.
 *
 * @param client to be ended when this rejects, which rolls back the migration that failed
 * @throws the fault of the migration that failed; those before it stay
 */
export async function runMigrations(client: Client, options: RunMigrationsOptions): Promise<void> {
  const { migrations, onRan } = options;
  const inOrder = migrations.toSorted((one, other) => timeOf(one) - timeOf(other));
  const ran = await inOwnersTransaction(client, options, () => recordedMigrations(client));
  for (const migration of inOrder.filter(({ name }) => !ran.has(name))) {
    await inOwnersTransaction(client, options, async () => {
      await new migration().up(client);
      await client.query('INSERT INTO migrations ("timestamp", name) VALUES ($1, $2)', [
        timeOf(migration),
        migration.name,
      ]);
    });
    onRan(migration.name);
  }
}

/** The key has the name that TypeORM gave it, so that all installations have the same schema. */
async function recordedMigrations(client: Client): Promise<ReadonlySet<string>> {
  await client.query(`
    CREATE TABLE IF NOT EXISTS migrations (
      id serial CONSTRAINT "PK_8c82d7f526340ab734260ea46be" PRIMARY KEY,
      "timestamp" bigint NOT NULL,
      name varchar NOT NULL
    )`);
  const { rows } = await client.query<{ name: string }>('SELECT name FROM migrations');
  return new Set(rows.map(({ name }) => name));
}

/** A transaction of the owner's, in its schema: what a migration creates belongs to that role. */
async function inOwnersTransaction<Result>(
  client: Client,
  { ownerRole, schema }: RunMigrationsOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  await client.query(
    `BEGIN; SET LOCAL ROLE ${escapeIdentifier(ownerRole)}; SET LOCAL search_path = ${escapeIdentifier(schema)}`,
  );
  const result = await work();
  await client.query('COMMIT');
  return result;
}
