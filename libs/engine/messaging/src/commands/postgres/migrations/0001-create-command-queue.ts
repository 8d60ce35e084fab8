import type { Migration, MigrationConnection } from '@tidemark/postgres';

const sender = 'tidemark_command_queue_sender';
const receiver = 'tidemark_command_queue_receiver';

export class CreateCommandQueue1796000000001 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(tables);
    await connection.query(grants);
  }

  /** Forward only: waiting commands can't be restored. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema command_queue cannot be reverted'));
  }
}

/**
 * `properties` is `json` and not `jsonb`, which refuses some strings that a signature may cover.
 *
 * Rows are inserted, taken and deleted within milliseconds. Vacuum must not wait until a fifth of the table is dead,
 * because a receiver would have to pass over the dead entries of the index.
 */
const tables = `
CREATE TABLE queues (
  name         text    PRIMARY KEY,
  max_commands integer CHECK (max_commands >= 0)
);

CREATE TABLE commands (
  queue       text        NOT NULL,
  message_id  text        NOT NULL,
  seq         bigint      GENERATED ALWAYS AS IDENTITY,
  routing_key text        NOT NULL,
  content     bytea       NOT NULL,
  properties  json        NOT NULL,
  sent_at     timestamptz NOT NULL DEFAULT now(),
  receiver    text,
  attempts    integer     NOT NULL DEFAULT 0,
  failures    integer     NOT NULL DEFAULT 0,
  losses      integer     NOT NULL DEFAULT 0,
  reason_code text,
  reason      text,
  PRIMARY KEY (queue, message_id)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
CREATE INDEX commands_waiting ON commands (queue, seq) WHERE receiver IS NULL;
CREATE INDEX commands_held ON commands (receiver) WHERE receiver IS NOT NULL;

CREATE TABLE receivers (
  id         text        PRIMARY KEY,
  expires_at timestamptz NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE dead_letters (
  id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  message_id  text        NOT NULL,
  queue       text        NOT NULL,
  routing_key text        NOT NULL,
  content     bytea       NOT NULL,
  properties  json        NOT NULL,
  sent_at     timestamptz NOT NULL,
  failed_at   timestamptz NOT NULL DEFAULT now(),
  attempts    integer     NOT NULL,
  reason_code text        NOT NULL,
  reason      text        NOT NULL
);
`;

/**
 * A sender can neither read nor change the commands that wait. Only an operator limits a queue or deletes a dead
 * letter.
 */
const grants = `
GRANT SELECT, INSERT (name) ON queues TO ${sender}, ${receiver};
GRANT INSERT (message_id, queue, routing_key, content, properties), SELECT (queue) ON commands TO ${sender};
GRANT SELECT, UPDATE (receiver, attempts, failures, losses, reason_code, reason), DELETE ON commands TO ${receiver};
GRANT SELECT, INSERT, UPDATE, DELETE ON receivers TO ${receiver};
GRANT SELECT, INSERT ON dead_letters TO ${receiver};
`;
