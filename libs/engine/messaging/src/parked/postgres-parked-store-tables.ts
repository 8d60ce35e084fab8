import { escapeIdentifier } from 'pg';

/**
 * The tables of `PostgresParkedStore`, for a migration of the schema that the group writes. The schema must already
 * have the tables of `groupStoreTables`. Any number of groups share them.
 */
export function parkedStoreTables(schema: string): string {
  const at = escapeIdentifier(schema);
  return `
CREATE TABLE ${at}.parked_streams (
  group_name    text        NOT NULL,
  id            uuid        NOT NULL,
  partition     integer     NOT NULL,
  status        text        NOT NULL
                CHECK (status IN ('PARKED', 'RETRY_REQUESTED', 'DISCARD_REQUESTED', 'RESOLVED')),
  parked_at     timestamptz NOT NULL,
  revision      integer     NOT NULL,
  has_discarded boolean     NOT NULL,
  stream        jsonb       NOT NULL,
  PRIMARY KEY (group_name, id)
);
CREATE INDEX parked_streams_that_matter ON ${at}.parked_streams (group_name, partition)
  WHERE status <> 'RESOLVED' OR has_discarded;
CREATE INDEX parked_streams_by_age ON ${at}.parked_streams (group_name, parked_at, id);

CREATE TABLE ${at}.consumer_marks (
  group_name text    NOT NULL,
  partition  integer NOT NULL,
  position   bigint  NOT NULL,
  count      integer NOT NULL,
  PRIMARY KEY (group_name, partition)
);
`;
}

/**
 * The table that `PostgresParkedStore` needs in addition, for a migration after that of `parkedStoreTables`. Only
 * earlier versions, which may still run beside this one, use `consumer_marks`.
 */
export function attemptTables(schema: string): string {
  return `
CREATE TABLE ${escapeIdentifier(schema)}.consumer_attempts (
  group_name text    NOT NULL,
  partition  integer NOT NULL,
  owner      text    NOT NULL,
  epoch      bigint  NOT NULL,
  position   bigint  NOT NULL,
  PRIMARY KEY (group_name, partition, owner)
);
`;
}

/** The rights on `attemptTables` that the role of a group needs. */
export function attemptGrants(schema: string, role: string): string {
  const at = escapeIdentifier(schema);
  return `GRANT SELECT, INSERT, UPDATE, DELETE ON ${at}.consumer_attempts TO ${escapeIdentifier(role)};`;
}

/** The rights that the role of a group needs. */
export function parkedStoreGrants(schema: string, role: string): string {
  const at = escapeIdentifier(schema);
  return `GRANT SELECT, INSERT, UPDATE ON ${at}.parked_streams, ${at}.consumer_marks TO ${escapeIdentifier(role)};`;
}
