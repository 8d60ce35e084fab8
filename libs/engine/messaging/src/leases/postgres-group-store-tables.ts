import { escapeIdentifier } from 'pg';

/**
 * The tables of `PostgresGroupStore`, for a migration of the schema that the group writes. Any number of groups share
 * them. Lease and checkpoint rows are updated in place all the time, so their pages leave room for that.
 */
export function groupStoreTables(schema: string): string {
  const at = escapeIdentifier(schema);
  return `
CREATE TABLE ${at}.consumer_members (
  group_name text        NOT NULL,
  member     text        NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (group_name, member)
);

CREATE TABLE ${at}.consumer_leases (
  group_name text        NOT NULL,
  partition  integer     NOT NULL,
  owner      text,
  epoch      bigint      NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (group_name, partition)
) WITH (fillfactor = 50);

CREATE TABLE ${at}.consumer_checkpoints (
  group_name text    NOT NULL,
  partition  integer NOT NULL,
  position   bigint  NOT NULL CHECK (position >= 0),
  event_id   text,
  epoch      bigint  NOT NULL,
  PRIMARY KEY (group_name, partition),
  CHECK ((position = 0) = (event_id IS NULL))
) WITH (fillfactor = 50);
`;
}

/** The rights that the role of a group needs. */
export function groupStoreGrants(schema: string, role: string): string {
  const at = escapeIdentifier(schema);
  const tables = ['consumer_members', 'consumer_leases', 'consumer_checkpoints'].map(
    (table) => `${at}.${table}`,
  );
  return `GRANT SELECT, INSERT, UPDATE, DELETE ON ${tables.join(', ')} TO ${escapeIdentifier(role)};`;
}
