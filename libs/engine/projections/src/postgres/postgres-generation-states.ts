import type { Pool } from 'pg';
import { z } from 'zod';
import type { GenerationStates, StoredState } from '../generations/generation-states';
import { reviverOf } from '../read-model/field-kinds';
import { readModelsSchema } from './migrate-read-models';
import { withPostgresFaults } from './postgres-faults';

const states = `${readModelsSchema}.generation_states`;

const since = z.object({ since: z.date() });
/** The fields of a stored state that are dates. */
const revive = reviverOf(
  z.object({
    previous: since.optional(),
    paused: since.optional(),
    building: z.object({ requestedAt: z.date() }).optional(),
    retired: z.array(since),
  }),
)!;

interface StateRow {
  readonly name: string;
  readonly revision: number;
  readonly state: object;
}

export class PostgresGenerationStates implements GenerationStates {
  constructor(private readonly pool: Pool) {}

  all(): Promise<readonly StoredState[]> {
    return this.select('ORDER BY name COLLATE "C"', []);
  }

  async load(name: string): Promise<StoredState | undefined> {
    return (await this.select('WHERE name = $1', [name]))[0];
  }

  insert({ name, revision, ...state }: StoredState): Promise<void> {
    return withPostgresFaults(async () => {
      await this.pool.query(
        `INSERT INTO ${states} (name, revision, state) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING`,
        [name, revision, state],
      );
    });
  }

  replace(before: number, { name, revision, ...state }: StoredState): Promise<boolean> {
    return withPostgresFaults(async () => {
      const { rowCount } = await this.pool.query(
        `UPDATE ${states} SET revision = $3, state = $4 WHERE name = $1 AND revision = $2`,
        [name, before, revision, state],
      );
      return rowCount === 1;
    });
  }

  private select(condition: string, values: unknown[]): Promise<readonly StoredState[]> {
    return withPostgresFaults(async () => {
      const { rows } = await this.pool.query<StateRow>(
        `SELECT name, revision, state FROM ${states} ${condition}`,
        values,
      );
      return rows.map(
        ({ name, revision, state }) => ({ ...(revive(state) as object), name, revision }) as StoredState,
      );
    });
  }
}
