import DataLoader from 'dataloader';
import { escapeIdentifier, type ClientBase, type Pool } from 'pg';
import { inTransaction, sqlState } from '@tidemark/postgres';
import type { Checkpoint } from '../checkpoint';
import { leaseOf, type Lease } from '../lease';
import { expiry, lasting } from './expiry';
import type { GroupPartition, GroupStore } from './group-store';
import { advanceCheckpoints, movedBySomebodyElse, type Advance } from './postgres-checkpoint';

export interface PostgresGroupStoreOptions {
  readonly pool: Pool;
  /** Holds the tables of `groupStoreTables`. */
  readonly schema: string;
  readonly group: string;
  /**
   * Whether the group may repeat its last work, as the relay may. A crash of the database may then undo the latest
   * checkpoints. In return, `advance` does not wait for the disk. `false` by default.
   */
  readonly mayRepeat?: boolean;
  /** Runs in the transaction in which a lease is taken, for what must be stored together with it. */
  readonly onAcquired?: (client: ClientBase, lease: Lease) => Promise<void>;
}

const LOCK_NOT_AVAILABLE = '55P03';
/**
 * How long `acquire` waits for a lock. An owner that hangs inside a transaction keeps its checkpoint locked, and its
 * successor tries again later.
 */
const ACQUIRE_LOCK_TIMEOUT_MS = 1_000;

/**
 * A group's store in the Postgres schema that the group writes. Leases are measured by `clock_timestamp()` there.
 * Epochs start at the time of day, so that a store that lost everything never hands out an epoch that a consumer from
 * before the loss still holds.
 */
export class PostgresGroupStore implements GroupStore {
  private readonly pool: Pool;
  private readonly group: string;
  private readonly members: string;
  private readonly leases: string;
  private readonly checkpoints: string;
  /** The checkpoints that several partitions record in one turn of the event loop share one statement. */
  private readonly advances: DataLoader<Advance, boolean>;

  constructor(private readonly options: PostgresGroupStoreOptions) {
    const { pool, schema, group, mayRepeat } = options;
    this.pool = pool;
    this.group = group;
    const at = escapeIdentifier(schema);
    this.members = `${at}.consumer_members`;
    this.leases = `${at}.consumer_leases`;
    this.checkpoints = `${at}.consumer_checkpoints`;
    this.advances = new DataLoader(
      (advances) => advanceCheckpoints(pool, { schema, group, advances, mayRepeat }),
      { cache: false, batchScheduleFn: (send) => setImmediate(send) },
    );
  }

  async heartbeat(owner: string, ttlMs: number): Promise<readonly string[]> {
    // Two statements, because a single one would write its own row, and then wait for the locks of the rows that it
    // deletes. After an outage, when the membership of every replica has run out, such heartbeats would deadlock.
    await this.pool.query(
      `
INSERT INTO ${this.members} (group_name, member, expires_at) VALUES ($1, $2, ${expiry('$3')})
ON CONFLICT (group_name, member) DO UPDATE SET expires_at = excluded.expires_at`,
      [this.group, owner, ttlMs],
    );
    const { rows } = await this.pool.query<{ member: string }>(
      `
WITH silent AS (
  SELECT member FROM ${this.members}
   WHERE group_name = $1 AND member <> $2 AND NOT (${lasting('expires_at')})
     FOR UPDATE SKIP LOCKED
), forgotten AS (
  DELETE FROM ${this.members} AS member USING silent
   WHERE member.group_name = $1 AND member.member = silent.member
)
SELECT member FROM ${this.members}
 WHERE group_name = $1 AND member <> $2 AND ${lasting('expires_at')}`,
      [this.group, owner],
    );
    return [owner, ...rows.map((row) => row.member)];
  }

  async leave(owner: string): Promise<void> {
    await this.pool.query(`DELETE FROM ${this.members} WHERE group_name = $1 AND member = $2`, [
      this.group,
      owner,
    ]);
  }

  async acquire(partition: number, owner: string, ttlMs: number): Promise<Lease | undefined> {
    try {
      return await inTransaction(this.pool, async (client) => {
        await client.query(`SET LOCAL lock_timeout = ${ACQUIRE_LOCK_TIMEOUT_MS}`);
        const before = await client.query<{ owner: string | null }>(
          `SELECT owner FROM ${this.leases} WHERE group_name = $1 AND partition = $2 FOR UPDATE`,
          [this.group, partition],
        );
        const taken = await client.query<{ epoch: number | string }>(
          `
WITH taken AS (
  INSERT INTO ${this.leases} AS lease (group_name, partition, owner, epoch, expires_at)
  VALUES ($1, $2, $3,
          1 + coalesce((SELECT epoch FROM ${this.checkpoints} WHERE group_name = $1 AND partition = $2),
                       (extract(epoch FROM clock_timestamp()) * 1000)::bigint),
          ${expiry('$4')})
  ON CONFLICT (group_name, partition) DO UPDATE
     SET owner = excluded.owner, epoch = greatest(lease.epoch + 1, excluded.epoch), expires_at = excluded.expires_at
   WHERE lease.owner IS NULL OR lease.owner = excluded.owner OR NOT (${lasting('lease.expires_at')})
  RETURNING epoch
)
INSERT INTO ${this.checkpoints} AS checkpoint (group_name, partition, position, event_id, epoch)
SELECT $1, $2, 0, NULL, taken.epoch FROM taken
ON CONFLICT (group_name, partition) DO UPDATE SET epoch = excluded.epoch
RETURNING epoch`,
          [this.group, partition, owner, ttlMs],
        );
        const row = taken.rows[0];
        if (!row) {
          return undefined;
        }
        const lease = leaseOf(partition, owner, Number(row.epoch), before.rows[0]?.owner ?? undefined);
        await this.options.onAcquired?.(client, lease);
        return lease;
      });
    } catch (error) {
      if (sqlState(error) === LOCK_NOT_AVAILABLE) {
        return undefined;
      }
      throw error;
    }
  }

  async renew(leases: readonly Lease[], ttlMs: number): Promise<ReadonlySet<number>> {
    const { rows } = await this.pool.query<{ partition: number }>(
      `
WITH held AS (
  SELECT lease.partition
    FROM ${this.leases} AS lease
    JOIN unnest($3::integer[], $4::text[], $5::bigint[]) AS mine (partition, owner, epoch)
      ON lease.partition = mine.partition AND lease.owner = mine.owner AND lease.epoch = mine.epoch
   WHERE lease.group_name = $1 AND lease.expires_at > clock_timestamp()
   -- In the same order in every statement: two renewals of one owner may overlap.
   ORDER BY lease.partition
     FOR UPDATE OF lease
)
UPDATE ${this.leases} AS lease SET expires_at = ${expiry('$2')}
  FROM held
 WHERE lease.group_name = $1 AND lease.partition = held.partition
RETURNING lease.partition`,
      [
        this.group,
        ttlMs,
        leases.map((lease) => lease.partition),
        leases.map((lease) => lease.owner),
        leases.map((lease) => lease.epoch),
      ],
    );
    return new Set(rows.map((row) => row.partition));
  }

  async release(lease: Lease): Promise<void> {
    await this.pool.query(
      `
UPDATE ${this.leases} SET owner = NULL, expires_at = clock_timestamp()
 WHERE group_name = $1 AND partition = $2 AND owner = $3 AND epoch = $4`,
      [this.group, lease.partition, lease.owner, lease.epoch],
    );
  }

  async loadCheckpoint(partition: number): Promise<Checkpoint | undefined> {
    const { rows } = await this.pool.query<{ position: number | string; event_id: string | null }>(
      `SELECT position, event_id FROM ${this.checkpoints} WHERE group_name = $1 AND partition = $2`,
      [this.group, partition],
    );
    return rows[0] && checkpointOf(rows[0]);
  }

  async advance(lease: Lease, from: Checkpoint, to: Checkpoint): Promise<void> {
    if (!(await this.advances.load({ lease, from, to }))) {
      throw movedBySomebodyElse({ lease, from, to });
    }
  }

  async partitions(): Promise<readonly GroupPartition[]> {
    const { rows } = await this.pool.query<{
      partition: number;
      owner: string | null;
      epoch: number | string;
      position: number | string | null;
      event_id: string | null;
    }>(
      `
SELECT lease.partition, lease.epoch, checkpoint.position, checkpoint.event_id,
       CASE WHEN ${lasting('lease.expires_at')} THEN lease.owner END AS owner
  FROM ${this.leases} AS lease LEFT JOIN ${this.checkpoints} AS checkpoint USING (group_name, partition)
 WHERE lease.group_name = $1
 ORDER BY lease.partition`,
      [this.group],
    );
    return rows.map(({ partition, owner, epoch, position, event_id }) => ({
      partition,
      epoch: Number(epoch),
      ...(owner !== null && { owner }),
      ...(position !== null && { checkpoint: checkpointOf({ position, event_id }) }),
    }));
  }
}

function checkpointOf(row: { position: number | string; event_id: string | null }): Checkpoint {
  return { position: Number(row.position), ...(row.event_id !== null && { eventId: row.event_id }) };
}
