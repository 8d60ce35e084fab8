import { groupStoreGrants, groupStoreTables } from '@tidemark/messaging';
import type { Migration, MigrationConnection } from '@tidemark/postgres';

const schema = 'process_manager';
const runtime = 'tidemark_process_manager_runtime';

export class CreateProcessManager1767225600001 implements Migration {
  async up(connection: MigrationConnection): Promise<void> {
    await connection.query(instances);
    await connection.query(timers);
    await connection.query(commands);
    await connection.query(history);
    await connection.query(groupStoreTables(schema));
    await connection.query(groupStoreGrants(schema, runtime));
    await connection.query(`GRANT SELECT, INSERT, UPDATE ON instances, commands TO ${runtime}`);
    await connection.query(`GRANT SELECT, INSERT, UPDATE, DELETE ON timers TO ${runtime}`);
    await connection.query(`GRANT SELECT, INSERT ON history TO ${runtime}`);
  }

  /** Forward only: the state of the processes can't be restored. */
  down(): Promise<void> {
    return Promise.reject(new Error('the schema process_manager cannot be reverted'));
  }
}

const instances = `
CREATE TABLE instances (
  process            text        NOT NULL,
  instance_id        text        NOT NULL,
  definition_version integer     NOT NULL,
  status             text        NOT NULL
                     CHECK (status IN ('RUNNING', 'COMPENSATING', 'FULFILLED', 'COMPENSATED', 'PARKED')),
  state              jsonb       NOT NULL,
  deferred           jsonb       NOT NULL DEFAULT '[]',
  parked             jsonb,
  correlation_id     text        NOT NULL,
  version            integer     NOT NULL DEFAULT 1,
  created_at         timestamptz NOT NULL DEFAULT now(),
  updated_at         timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (process, instance_id),
  CHECK ((status = 'PARKED') = (parked IS NOT NULL))
);
CREATE INDEX instances_by_age ON instances (process, created_at DESC, instance_id DESC);
CREATE INDEX instances_by_status ON instances (process, status, created_at DESC, instance_id DESC);
`;

const timers = `
CREATE TABLE timers (
  process     text        NOT NULL,
  instance_id text        NOT NULL,
  name        text        NOT NULL,
  due_at      timestamptz NOT NULL,
  PRIMARY KEY (process, instance_id, name),
  FOREIGN KEY (process, instance_id) REFERENCES instances
);
CREATE INDEX timers_by_due ON timers (process, due_at);
`;

const commands = `
CREATE TABLE commands (
  command_id    uuid        PRIMARY KEY,
  process       text        NOT NULL,
  instance_id   text        NOT NULL,
  step          text        NOT NULL,
  envelope      jsonb       NOT NULL,
  created_at    timestamptz NOT NULL DEFAULT now(),
  due_at        timestamptz NOT NULL DEFAULT now(),
  attempts      integer     NOT NULL DEFAULT 0,
  first_sent_at timestamptz,
  parked_at     timestamptz,
  settled_at    timestamptz,
  settled_by    text,
  FOREIGN KEY (process, instance_id) REFERENCES instances,
  UNIQUE (process, instance_id, step)
);
CREATE INDEX commands_due ON commands (process, due_at) WHERE settled_at IS NULL AND parked_at IS NULL;
CREATE INDEX commands_sent ON commands (process, first_sent_at) WHERE settled_at IS NULL AND parked_at IS NULL;
CREATE INDEX commands_unsettled ON commands (process, instance_id) WHERE settled_at IS NULL;
`;

const history = `
CREATE TABLE history (
  entry       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  process     text        NOT NULL,
  instance_id text        NOT NULL,
  at          timestamptz NOT NULL,
  event       text        NOT NULL,
  action      text        NOT NULL,
  event_id    text,
  actor       text,
  recorded_at timestamptz NOT NULL DEFAULT now(),
  FOREIGN KEY (process, instance_id) REFERENCES instances
);
CREATE INDEX history_of_instance ON history (process, instance_id, entry);
`;
