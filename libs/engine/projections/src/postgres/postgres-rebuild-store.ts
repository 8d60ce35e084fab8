import { MAX_TTL_MS } from '@tidemark/messaging';
import type { Pool } from 'pg';
import { z } from 'zod';
import type { Rebuild } from '../generations/rebuild';
import type { RebuildChange, RebuildStore } from '../generations/rebuild-store';
import { reviverOf } from '../read-model/field-kinds';
import { readModelsSchema } from './migrate-read-models';
import { withPostgresFaults } from './postgres-faults';

const rebuilds = `${readModelsSchema}.rebuilds`;

const revive = reviverOf(
  z.object({
    requestedAt: z.date(),
    startedAt: z.date().optional(),
    finishedAt: z.date().optional(),
  }),
)!;

/** The claim has not run out, and does not come from before the server's clock stepped back. */
const claimed = `
  expires_at > clock_timestamp() AND expires_at <= clock_timestamp() + ${MAX_TTL_MS} * interval '1 millisecond'`;

/** `change` is in $2. */
const changing = `rebuild = rebuild || $2, finished = finished OR $2::jsonb ? 'finishedAt'`;

export class PostgresRebuildStore implements RebuildStore {
  constructor(private readonly pool: Pool) {}

  async ensure(rebuild: Rebuild): Promise<void> {
    await this.change(`INSERT INTO ${rebuilds} (id, rebuild) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING`, [
      rebuild.id,
      rebuild,
    ]);
  }

  unfinished(): Promise<readonly Rebuild[]> {
    return this.select(`SELECT rebuild FROM ${rebuilds} WHERE NOT finished ORDER BY id`, []);
  }

  async find(id: string): Promise<Rebuild | undefined> {
    return (await this.select(`SELECT rebuild FROM ${rebuilds} WHERE id = $1`, [id]))[0];
  }

  async claim(id: string, owner: string, ttlMs: number): Promise<Rebuild | undefined> {
    const found = await this.select(
      `
UPDATE ${rebuilds} SET owner = $2, expires_at = clock_timestamp() + $3 * interval '1 millisecond'
 WHERE id = $1 AND (owner IS NULL OR owner = $2 OR NOT (${claimed}))
RETURNING rebuild`,
      [id, owner, ttlMs],
    );
    return found[0];
  }

  async release(owner: string): Promise<void> {
    // Only rebuilds under way are in the index, and a claim of any other rebuild has no effect.
    await this.change(
      `UPDATE ${rebuilds} SET owner = NULL, expires_at = NULL WHERE owner = $1 AND NOT finished`,
      [owner],
    );
  }

  proceed(id: string, owner: string, change: RebuildChange): Promise<boolean> {
    return this.change(`UPDATE ${rebuilds} SET ${changing} WHERE id = $1 AND owner = $3 AND NOT finished`, [
      id,
      change,
      owner,
    ]);
  }

  async finish(id: string, change: RebuildChange): Promise<void> {
    await this.change(`UPDATE ${rebuilds} SET ${changing} WHERE id = $1`, [id, change]);
  }

  async conclude(id: string, change: RebuildChange): Promise<void> {
    await this.change(`UPDATE ${rebuilds} SET ${changing} WHERE id = $1 AND NOT finished`, [id, change]);
  }

  private change(statement: string, values: unknown[]): Promise<boolean> {
    return withPostgresFaults(async () => (await this.pool.query(statement, values)).rowCount === 1);
  }

  private select(statement: string, values: unknown[]): Promise<readonly Rebuild[]> {
    return withPostgresFaults(async () => {
      const { rows } = await this.pool.query<{ rebuild: object }>(statement, values);
      return rows.map(({ rebuild }) => revive(rebuild) as Rebuild);
    });
  }
}
