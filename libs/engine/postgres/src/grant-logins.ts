import { escapeIdentifier, escapeLiteral, type Client } from 'pg';
import { LoginTakenError } from './errors';

/** A user of the database, as which a service connects. */
export interface DatabaseLogin {
  readonly name: string;
  readonly password: string;
}

/**
 * Creates the logins that are missing, sets their passwords, and makes them members of the role. A login keeps the
 * roles that it has already.
 *
 * @throws LoginTakenError when a name is that of an administrator, a group or an owner; that role does not change
 */
export async function grantLogins(
  client: Client,
  { role, ownerRole, logins }: { role: string; ownerRole: string; logins: readonly DatabaseLogin[] },
): Promise<void> {
  for (const { name, password } of logins) {
    await requireHarmless(client, name, ownerRole);
    const login = escapeIdentifier(name);
    // Roles belong to the whole cluster, so a migration of another database may be creating the same login right now.
    await client.query(`
      DO $$ BEGIN
        CREATE ROLE ${login} LOGIN;
      EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
      END $$`);
    await client.query(`ALTER ROLE ${login} LOGIN PASSWORD ${escapeLiteral(password)}`);
    await client.query(`GRANT ${escapeIdentifier(role)} TO ${login}`);
  }
}

/** A mistyped name must not turn an administrator into a service's login, with a new password. */
async function requireHarmless(client: Client, name: string, ownerRole: string): Promise<void> {
  const { rowCount } = await client.query(
    `SELECT FROM pg_roles
     WHERE rolname = $1 AND (
       NOT rolcanlogin OR rolsuper OR rolcreaterole OR rolcreatedb OR rolreplication OR rolbypassrls
       OR rolname = session_user OR pg_has_role(oid, $2, 'MEMBER'))`,
    [name, ownerRole],
  );
  if (rowCount !== 0) {
    throw new LoginTakenError(name);
  }
}
