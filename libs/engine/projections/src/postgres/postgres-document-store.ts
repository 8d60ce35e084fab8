import type { ClientBase, Pool } from 'pg';
import type { DocumentChange, GenerationDocuments, MatchQuery, Validation } from '../document-store';
import type { ProjectedDocument } from '../projection';
import type { ReadModel } from '../read-model/define-read-model';
import type { GenerationTables } from './generation-tables';
import { prepareGeneration } from './prepare-generation';
import { withPostgresFaults } from './postgres-faults';
import { loadDocuments, matchDocuments } from './read-documents';
import { writeDocuments } from './write-documents';

/** Documents that `scan` reads at a time. */
const SCANNED = 500;

/** Read models in Postgres, a table for each generation. A document is `jsonb`, beside the columns of its indexes. */
export class PostgresDocumentStore implements GenerationDocuments {
  constructor(
    private readonly pool: Pool,
    private readonly tables: GenerationTables,
  ) {}

  load(model: string, ids: readonly string[]): Promise<readonly ProjectedDocument[]> {
    return withPostgresFaults(() => loadDocuments(this.pool, this.tables.of(model), ids));
  }

  match(model: string, query: MatchQuery): Promise<readonly ProjectedDocument[]> {
    return withPostgresFaults(() => matchDocuments(this.pool, this.tables.of(model), query));
  }

  write(model: string, changes: readonly DocumentChange[]): Promise<readonly string[]> {
    return withPostgresFaults(() => this.writeIn(this.pool, model, changes));
  }

  /** `write` inside the caller's transaction. */
  writeIn(
    client: ClientBase | Pool,
    model: string,
    changes: readonly DocumentChange[],
  ): Promise<readonly string[]> {
    return writeDocuments(client, this.tables.of(model).definition, changes);
  }

  remove(model: string, { _id, position }: ProjectedDocument): Promise<boolean> {
    return withPostgresFaults(async () => {
      const { table, entries } = this.tables.of(model);
      const removal = `DELETE FROM ${table} WHERE _id = $1 AND position = $2 RETURNING _id`;
      const { rowCount } = await this.pool.query(
        entries
          ? `
WITH removed AS (${removal}), forgotten AS (DELETE FROM ${entries} USING removed WHERE ${entries}._id = removed._id)
SELECT FROM removed`
          : removal,
        [_id, position],
      );
      return rowCount === 1;
    });
  }

  async prepare(readModel: ReadModel, generation: string): Promise<Validation> {
    await withPostgresFaults(() => prepareGeneration(this.pool, this.tables.define(readModel, generation)));
    return 'on';
  }

  isEmpty(model: string): Promise<boolean> {
    return withPostgresFaults(async () => {
      const { table } = this.tables.of(model);
      const { rows } = await this.pool.query<{ found: string | null }>(
        'SELECT to_regclass($1)::text AS found',
        [table],
      );
      if (rows[0]!.found === null) {
        return true;
      }
      return (await this.pool.query(`SELECT FROM ${table} LIMIT 1`)).rowCount === 0;
    });
  }

  count(model: string, partition: number): Promise<number> {
    return withPostgresFaults(async () => {
      const { rows } = await this.pool.query<{ count: number }>(
        `SELECT count(*) FROM ${this.tables.of(model).table} WHERE partition = $1`,
        [partition],
      );
      return rows[0]!.count;
    });
  }

  async *scan(model: string, partition: number): AsyncGenerator<ProjectedDocument> {
    const all = { partition, where: {}, before: Number.MAX_SAFE_INTEGER, limit: SCANNED };
    let page = await this.match(model, all);
    while (page.length > 0) {
      yield* page;
      page = page.length < SCANNED ? [] : await this.match(model, { ...all, afterId: page.at(-1)!._id });
    }
  }

  drop(generation: string): Promise<void> {
    return withPostgresFaults(async () => {
      await this.pool.query(`DROP TABLE IF EXISTS ${this.tables.namesOf(generation).join(', ')}`);
    });
  }
}
