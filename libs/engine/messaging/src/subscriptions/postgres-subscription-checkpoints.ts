import { escapeIdentifier, type ClientBase, type Pool } from 'pg';
import type { Checkpoint } from '../checkpoint';
import { SubscriptionMovedError } from '../errors';
import type { SubscriptionCheckpoints, SubscriptionStep } from './subscription-checkpoints';

export interface PostgresSubscriptionCheckpointsOptions {
  readonly pool: Pool;
  /** Holds the table of `subscriptionTables`. */
  readonly schema: string;
  /** Tells the subscription apart from others in the table. */
  readonly name: string;
}

interface CheckpointRow {
  readonly partition: number;
  readonly position: number | string;
  readonly event_id: string | null;
}

/** The checkpoints of a subscription in Postgres, beside what its events cause there. */
export class PostgresSubscriptionCheckpoints implements SubscriptionCheckpoints {
  private readonly table: string;

  constructor(private readonly options: PostgresSubscriptionCheckpointsOptions) {
    this.table = tableOf(options.schema);
  }

  async load(): Promise<ReadonlyMap<number, Checkpoint>> {
    const { rows } = await this.options.pool.query<CheckpointRow>(
      `SELECT partition, position, event_id FROM ${this.table} WHERE subscription = $1`,
      [this.options.name],
    );
    return new Map(
      rows.map(({ partition, position, event_id }) => [
        partition,
        { position: Number(position), ...(event_id !== null && { eventId: event_id }) },
      ]),
    );
  }

  async save(step: SubscriptionStep): Promise<void> {
    const { pool } = this.options;
    if ((await this.move(pool, step)) || (await this.holds(pool, step))) {
      return;
    }
    throw this.moved(step);
  }

  /**
   * Moves the checkpoint inside the caller's transaction, so that it becomes durable together with what the events
   * caused. The events then take effect exactly once: if the transaction fails, or another process was faster, neither
   * is written.
   *
   * @throws SubscriptionMovedError when the store does not hold `step.from`; the caller must roll back
   */
  async saveIn(client: ClientBase, step: SubscriptionStep): Promise<void> {
    if (!(await this.move(client, step))) {
      throw this.moved(step);
    }
  }

  private async move(client: ClientBase | Pool, { partition, from, to }: SubscriptionStep): Promise<boolean> {
    const key = [this.options.name, partition, to.position, to.eventId];
    const { rowCount } =
      from.position === 0
        ? await client.query(
            `INSERT INTO ${this.table} AS stored (subscription, partition, position, event_id) VALUES ($1, $2, $3, $4)
             ON CONFLICT (subscription, partition)
             DO UPDATE SET position = excluded.position, event_id = excluded.event_id WHERE stored.position = 0`,
            key,
          )
        : await client.query(
            `UPDATE ${this.table} SET position = $3, event_id = $4
              WHERE subscription = $1 AND partition = $2 AND position = $5 AND event_id = $6`,
            [...key, from.position, from.eventId],
          );
    return rowCount === 1;
  }

  private async holds(pool: Pool, { partition, to }: SubscriptionStep): Promise<boolean> {
    const { rows } = await pool.query(
      `SELECT FROM ${this.table} WHERE subscription = $1 AND partition = $2 AND position = $3 AND event_id IS NOT DISTINCT FROM $4`,
      [this.options.name, partition, to.position, to.eventId],
    );
    return rows.length === 1;
  }

  private moved({ partition, from }: SubscriptionStep): SubscriptionMovedError {
    return new SubscriptionMovedError(this.options.name, partition, from.position);
  }
}

/** The table of `PostgresSubscriptionCheckpoints`, for a migration of the schema. Many subscriptions may share it. */
export function subscriptionTables(schema: string): string {
  return `
CREATE TABLE ${tableOf(schema)} (
  subscription text    NOT NULL,
  partition    integer NOT NULL,
  position     bigint  NOT NULL CHECK (position >= 0),
  event_id     text,
  PRIMARY KEY (subscription, partition),
  CHECK ((position = 0) = (event_id IS NULL))
) WITH (fillfactor = 50);
`;
}

/** The rights that the role of the subscriber needs. */
export function subscriptionGrants(schema: string, role: string): string {
  return `GRANT SELECT, INSERT, UPDATE ON ${tableOf(schema)} TO ${escapeIdentifier(role)};`;
}

function tableOf(schema: string): string {
  return `${escapeIdentifier(schema)}.subscription_checkpoints`;
}
