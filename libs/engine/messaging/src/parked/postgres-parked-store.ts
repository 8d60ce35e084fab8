import { inTransaction } from '@tidemark/postgres';
import { escapeIdentifier, type ClientBase, type Pool } from 'pg';
import type { Checkpoint } from '../checkpoint';
import { LeaseLostError } from '../errors';
import type { Lease } from '../lease';
import { advanceCheckpoint, holdLease } from '../leases/postgres-checkpoint';
import type { ParkedCounts, ParkedPageQuery, ParkedStore } from './parked-store';
import { parkedAgain, type ParkedStream } from './parked-stream';

export interface PostgresParkedStoreOptions {
  readonly pool: Pool;
  /** Holds the tables of `groupStoreTables`, `parkedStoreTables` and `attemptTables`. */
  readonly schema: string;
  readonly group: string;
}

interface StreamRow {
  readonly stream: ParkedStream;
}

/** Parked streams beside the group's checkpoints in Postgres: parking and moving the checkpoint are one transaction. */
export class PostgresParkedStore implements ParkedStore {
  private readonly pool: Pool;
  private readonly group: string;
  private readonly streams: string;
  private readonly attempts: string;

  constructor(private readonly options: PostgresParkedStoreOptions) {
    this.pool = options.pool;
    this.group = options.group;
    const schema = escapeIdentifier(options.schema);
    this.streams = `${schema}.parked_streams`;
    this.attempts = `${schema}.consumer_attempts`;
  }

  load(lease: Lease): Promise<readonly ParkedStream[]> {
    return this.held(lease, async (client) => {
      const { rows } = await client.query<StreamRow>(
        `
SELECT stream FROM ${this.streams}
 WHERE group_name = $1 AND partition = $2 AND (status <> 'RESOLVED' OR has_discarded)
 ORDER BY (stream #>> '{event,position}')::bigint`,
        [this.group, lease.partition],
      );
      return rows.map(({ stream }) => stream);
    });
  }

  park(lease: Lease, stream: ParkedStream, from: Checkpoint, to: Checkpoint): Promise<ParkedStream> {
    const { schema, group } = this.options;
    return inTransaction(this.pool, async (client) => {
      // The statement locks the checkpoint, and with it the records that only the partition's owner changes, such as
      // resolved records.
      await advanceCheckpoint(client, { schema, group, lease, from, to });
      await this.forgetMarks(client, stream);
      const before = await this.findIn(client, stream.id);
      if (before && before.status !== 'RESOLVED') {
        return before;
      }
      const record = before ? parkedAgain(before, stream) : stream;
      await client.query(
        `
INSERT INTO ${this.streams} (group_name, id, partition, status, parked_at, revision, has_discarded, stream)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (group_name, id) DO UPDATE
   SET status = excluded.status, parked_at = excluded.parked_at, revision = excluded.revision,
       has_discarded = excluded.has_discarded, stream = excluded.stream`,
        [
          this.group,
          record.id,
          record.partition,
          record.status,
          record.parkedAt,
          record.revision,
          record.discarded.length > 0,
          record,
        ],
      );
      return record;
    });
  }

  replace(lease: Lease, from: ParkedStream, to: ParkedStream): Promise<void> {
    return inTransaction(this.pool, (client) => this.replaceIn(client, lease, from, to));
  }

  /** `replace` inside the caller's transaction, so that it becomes durable together with the effects of the events. */
  async replaceIn(client: ClientBase, lease: Lease, from: ParkedStream, to: ParkedStream): Promise<void> {
    const { schema, group } = this.options;
    await holdLease(client, { schema, group, lease });
    if (!(await this.update(client, from, to))) {
      throw new LeaseLostError(lease, `the record of ${from.streamId} was changed by another process`);
    }
    if (to.status === 'PARKED') {
      await this.forgetMarks(client, to);
    }
  }

  mark(lease: Lease, position: number): Promise<number> {
    return this.held(lease, async (client) => {
      const { rows } = await client.query<{ others: number | string }>(
        `
WITH mine AS (
  INSERT INTO ${this.attempts} (group_name, partition, owner, epoch, position) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (group_name, partition, owner) DO UPDATE SET epoch = excluded.epoch, position = excluded.position
), passed AS (
  DELETE FROM ${this.attempts} WHERE group_name = $1 AND partition = $2 AND owner <> $3 AND position < $5
)
SELECT count(*) AS others FROM ${this.attempts}
 WHERE group_name = $1 AND partition = $2 AND owner <> $3 AND position = $5`,
        [this.group, lease.partition, lease.owner, lease.epoch, position],
      );
      return Number(rows[0]!.others);
    });
  }

  async unmark({ partition, owner, epoch }: Lease): Promise<void> {
    await this.pool.query(
      `DELETE FROM ${this.attempts} WHERE group_name = $1 AND partition = $2 AND owner = $3 AND epoch <= $4`,
      [this.group, partition, owner, epoch],
    );
  }

  async lastMarked(partition: number): Promise<number> {
    const { rows } = await this.pool.query<{ position: number | string }>(
      `SELECT coalesce(max(position), 0) AS position FROM ${this.attempts} WHERE group_name = $1 AND partition = $2`,
      [this.group, partition],
    );
    return Number(rows[0]!.position);
  }

  request(from: ParkedStream, to: ParkedStream): Promise<boolean> {
    return this.update(this.pool, from, to);
  }

  find(id: string): Promise<ParkedStream | undefined> {
    return this.findIn(this.pool, id);
  }

  async page({ status, limit, after }: ParkedPageQuery): Promise<readonly ParkedStream[]> {
    const { rows } = await this.pool.query<StreamRow>(
      `
SELECT stream FROM ${this.streams}
 WHERE group_name = $1 AND (status = $2 OR ($2 IS NULL AND status <> 'RESOLVED'))
   AND ($3::timestamptz IS NULL OR (parked_at, id) > ($3, $4::uuid))
 ORDER BY parked_at, id LIMIT $5`,
      [this.group, status ?? null, after?.parkedAt ?? null, after?.id ?? null, limit],
    );
    return rows.map(({ stream }) => stream);
  }

  async counts(): Promise<ReadonlyMap<number, ParkedCounts>> {
    const { rows } = await this.pool.query<{ partition: number } & ParkedCounts>(
      `
SELECT partition, count(*) AS parked, count(*) FILTER (WHERE status <> 'PARKED') AS requested
  FROM ${this.streams}
 WHERE group_name = $1 AND status <> 'RESOLVED'
 GROUP BY partition ORDER BY partition`,
      [this.group],
    );
    return new Map(
      rows.map(({ partition, parked, requested }) => [
        partition,
        { parked: Number(parked), requested: Number(requested) },
      ]),
    );
  }

  private held<Result>(lease: Lease, work: (client: ClientBase) => Promise<Result>): Promise<Result> {
    const { schema, group } = this.options;
    return inTransaction(this.pool, async (client) => {
      await holdLease(client, { schema, group, lease });
      return work(client);
    });
  }

  private async forgetMarks(client: ClientBase, { partition, event }: ParkedStream): Promise<void> {
    await client.query(
      `DELETE FROM ${this.attempts} WHERE group_name = $1 AND partition = $2 AND position = $3`,
      [this.group, partition, event.position],
    );
  }

  private async findIn(client: ClientBase | Pool, id: string): Promise<ParkedStream | undefined> {
    const { rows } = await client.query<StreamRow>(
      `SELECT stream FROM ${this.streams} WHERE group_name = $1 AND id = $2`,
      [this.group, id],
    );
    return rows[0]?.stream;
  }

  private async update(client: ClientBase | Pool, from: ParkedStream, to: ParkedStream): Promise<boolean> {
    const { rowCount } = await client.query(
      `
UPDATE ${this.streams} SET status = $4, revision = $5, has_discarded = $6, stream = $7
 WHERE group_name = $1 AND id = $2 AND revision = $3`,
      [this.group, from.id, from.revision, to.status, to.revision, to.discarded.length > 0, to],
    );
    return rowCount === 1;
  }
}
