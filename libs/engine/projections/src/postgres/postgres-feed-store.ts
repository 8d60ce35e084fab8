import { LeaseLostError, type Checkpoint, type Lease } from '@tidemark/messaging';
import { inTransaction } from '@tidemark/postgres';
import type { ClientBase, Pool } from 'pg';
import { FeedChanged, type Feed } from '../generations/feed';
import type { FeedStore } from '../generations/feed-store';
import { abilityFor } from '../generations/generation';
import { requireWritten, type Commit, type PartitionFence } from '../partition-fence';
import { readModelsSchema } from './migrate-read-models';
import type { PostgresDocumentStore } from './postgres-document-store';
import { withPostgresFaults } from './postgres-faults';

interface FeedRow {
  readonly partition: number;
  readonly position: number;
  readonly event_id: string | null;
  readonly generations: readonly string[];
  readonly folds: readonly string[];
  readonly revision: number;
}

const checkpoints = `${readModelsSchema}.consumer_checkpoints`;
const leases = `${readModelsSchema}.consumer_leases`;
const columns = 'checkpoint.partition, position, event_id, generations, folds, revision';

/**
 * The row of a checkpoint while a lease ($3, $4) is the latest one. Acquiring a lease stamps its epoch on the
 * checkpoint, so that this row decides, also when it is looked at again after waiting for its lock.
 */
const held = `
       checkpoint.group_name = $1 AND checkpoint.partition = $2 AND checkpoint.epoch = $3
   AND lease.group_name = $1 AND lease.partition = $2 AND lease.epoch = $3 AND lease.owner = $4`;

/** The feeds of one consumer group in Postgres, each in the row of the partition's checkpoint. */
export class PostgresFeedStore implements FeedStore {
  constructor(
    private readonly pool: Pool,
    private readonly group: string,
    private readonly documents: PostgresDocumentStore,
  ) {}

  all(): Promise<ReadonlyMap<number, Feed>> {
    return this.load('TRUE', []);
  }

  of(partitions: readonly number[]): Promise<ReadonlyMap<number, Feed>> {
    return this.load('partition = ANY ($2)', [partitions]);
  }

  async find(partition: number): Promise<Feed | undefined> {
    return (await this.of([partition])).get(partition);
  }

  held(lease: Lease, at?: Checkpoint): Promise<Feed> {
    return withPostgresFaults(async () => {
      const { rows } = await this.pool.query<FeedRow>(
        `
SELECT ${columns} FROM ${checkpoints} AS checkpoint, ${leases} AS lease
 WHERE ${held} AND ($5::bigint IS NULL OR position = $5)`,
        [...this.holding(lease), at?.position ?? null],
      );
      if (!rows[0]) {
        throw lost(lease, at);
      }
      return feedOf(rows[0]);
    });
  }

  fenceFor(feed: Feed): PartitionFence {
    return {
      confirm: (lease, at) => this.confirm(feed, lease, at),
      commit: (commit) => withPostgresFaults(() => this.commit(feed, commit)),
    };
  }

  change(lease: Lease, from: Feed, generations: readonly string[]): Promise<Feed> {
    return withPostgresFaults(async () => {
      const { rows } = await this.pool.query<FeedRow>(
        `
UPDATE ${checkpoints} AS checkpoint SET generations = $6, revision = revision + 1
  FROM ${leases} AS lease
 WHERE ${held} AND revision = $5
RETURNING ${columns}`,
        [...this.holding(lease), from.revision, generations],
      );
      if (!rows[0]) {
        await this.held(lease);
        throw new FeedChanged();
      }
      return { ...from, generations, revision: rows[0].revision };
    });
  }

  join(partition: number, generation: string, upTo: number): Promise<boolean> {
    return this.update(
      `
UPDATE ${checkpoints} SET generations = array_append(generations, $4), revision = revision + 1
 WHERE group_name = $1 AND partition = $2 AND position <= $3 AND $4 <> ALL (generations) AND $5 = ANY (folds)`,
      [partition, upTo, generation, abilityFor(generation)],
    );
  }

  release(partition: number, generation: string, { position }: Checkpoint): Promise<boolean> {
    return this.update(
      `
UPDATE ${checkpoints} SET generations = array_remove(generations, $4), revision = revision + 1
 WHERE group_name = $1 AND partition = $2 AND position = $3 AND $4 = ANY (generations)`,
      [partition, position, generation],
    );
  }

  async remove(generation: string): Promise<void> {
    await this.update(
      `
UPDATE ${checkpoints} SET generations = array_remove(generations, $2), revision = revision + 1
 WHERE group_name = $1 AND $2 = ANY (generations)`,
      [generation],
    );
  }

  repeat({ partition, checkpoint, revision }: Feed): Promise<boolean> {
    return this.update(
      `
UPDATE ${checkpoints} SET revision = revision + 1
 WHERE group_name = $1 AND partition = $2 AND position = $3 AND revision = $4`,
      [partition, checkpoint.position, revision],
    );
  }

  async raise(partition: number, { position, eventId }: Checkpoint): Promise<void> {
    await this.update(
      `
INSERT INTO ${checkpoints} AS checkpoint (group_name, partition, position, event_id, epoch)
VALUES ($1, $2, $3, $4, (extract(epoch FROM clock_timestamp()) * 1000)::bigint)
ON CONFLICT (group_name, partition) DO UPDATE SET position = excluded.position, event_id = excluded.event_id
 WHERE checkpoint.position < excluded.position`,
      [partition, position, eventId ?? null],
    );
  }

  clear(): Promise<void> {
    return withPostgresFaults(() =>
      inTransaction(this.pool, async (client) => {
        for (const table of [checkpoints, leases, `${readModelsSchema}.consumer_members`]) {
          await client.query(`DELETE FROM ${table} WHERE group_name = $1`, [this.group]);
        }
      }),
    );
  }

  private async confirm({ revision }: Feed, lease: Lease, at: Checkpoint): Promise<void> {
    if ((await this.held(lease, at)).revision !== revision) {
      throw new FeedChanged();
    }
  }

  /** Documents and checkpoint in one transaction, which holds the checkpoint's row from its first statement on. */
  private async commit(feed: Feed, { lease, at, to, changes }: Commit): Promise<void> {
    const isHeld =
      changes.length === 0
        ? await this.hold(this.pool, feed, lease, at, to)
        : await inTransaction(this.pool, async (client) => {
            if (!(await this.hold(client, feed, lease, at, to))) {
              return false;
            }
            for (const one of changes) {
              requireWritten(lease, one.model, await this.documents.writeIn(client, one.model, one.changes));
            }
            return true;
          });
    if (!isHeld) {
      await this.held(lease, at);
      throw new FeedChanged();
    }
  }

  /** Moves the checkpoint, or locks it where it is. False when another owner, position or feed is stored. */
  private async hold(
    client: ClientBase | Pool,
    { revision }: Feed,
    lease: Lease,
    at: Checkpoint,
    to: Checkpoint | undefined,
  ): Promise<boolean> {
    const here = `${held} AND position = $5 AND revision = $6`;
    const values = [...this.holding(lease), at.position, revision];
    const { rowCount } = await client.query(
      to
        ? {
            name: 'tidemark-advance-feed',
            text: `
UPDATE ${checkpoints} AS checkpoint SET position = $7, event_id = $8 FROM ${leases} AS lease WHERE ${here}`,
            values: [...values, to.position, to.eventId ?? null],
          }
        : {
            name: 'tidemark-hold-feed',
            text: `SELECT FROM ${checkpoints} AS checkpoint, ${leases} AS lease WHERE ${here} FOR UPDATE OF checkpoint`,
            values,
          },
    );
    return rowCount === 1;
  }

  private load(condition: string, values: readonly unknown[]): Promise<ReadonlyMap<number, Feed>> {
    return withPostgresFaults(async () => {
      const { rows } = await this.pool.query<FeedRow>(
        `SELECT ${columns} FROM ${checkpoints} AS checkpoint WHERE group_name = $1 AND ${condition}`,
        [this.group, ...values],
      );
      return new Map(rows.map((row) => [row.partition, feedOf(row)]));
    });
  }

  private update(statement: string, values: readonly unknown[]): Promise<boolean> {
    return withPostgresFaults(
      async () => ((await this.pool.query(statement, [this.group, ...values])).rowCount ?? 0) > 0,
    );
  }

  private holding({ partition, epoch, owner }: Lease): unknown[] {
    return [this.group, partition, epoch, owner];
  }
}

function lost(lease: Lease, at: Checkpoint | undefined): LeaseLostError {
  const what = at ? `the checkpoint at position ${at.position}` : 'the partition';
  return new LeaseLostError(lease, `${what} has another owner`);
}

function feedOf({ partition, position, event_id, generations, folds, revision }: FeedRow): Feed {
  const checkpoint = { position, ...(event_id !== null && { eventId: event_id }) };
  return { partition, checkpoint, generations, folds, revision };
}
