import { PostgresGroupStore } from '@tidemark/messaging';
import type { ClientBase, Pool } from 'pg';
import type { ProjectionStore } from '../generations/projection-store';
import type { ReadModel } from '../read-model/define-read-model';
import { GenerationTables } from './generation-tables';
import { readModelsSchema as schema } from './migrate-read-models';
import { PostgresDocumentStore } from './postgres-document-store';
import { translatingFaults, withPostgresFaults } from './postgres-faults';
import { PostgresFeedStore } from './postgres-feed-store';
import { PostgresGenerationStates } from './postgres-generation-states';
import { PostgresParkedStreams } from './postgres-parked-streams';
import { PostgresRebuildStore } from './postgres-rebuild-store';

/**
 * Read models in the schema `read_models` of a Postgres database, which `migrateReadModels` makes. Documents and
 * checkpoint are written in one transaction.
 *
 * @param pool made by `createPool`, as a member of the writer's role; the reader's role is enough for queries
 * @param readModels all read models whose generations are stored here
 */
export function postgresProjectionStore(pool: Pool, readModels: readonly ReadModel[]): ProjectionStore {
  const documents = new PostgresDocumentStore(pool, new GenerationTables(readModels));
  return {
    documents,
    states: new PostgresGenerationStates(pool),
    rebuilds: new PostgresRebuildStore(pool),
    group: (group, folds = []) =>
      translatingFaults(
        new PostgresGroupStore({
          pool,
          schema,
          group,
          onAcquired: (client, { partition }) => recordFolds(client, group, partition, folds),
        }),
      ),
    parked: (group) => translatingFaults(new PostgresParkedStreams(pool, group)),
    feeds: (group) => new PostgresFeedStore(pool, group, documents),
    recordedLog: () =>
      withPostgresFaults(async () => {
        const { rows } = await pool.query<{ log_id: string }>(`SELECT log_id FROM ${schema}.installation`);
        return rows[0]?.log_id;
      }),
    recordLog: (identity) =>
      withPostgresFaults(async () => {
        await pool.query(`INSERT INTO ${schema}.installation (log_id) VALUES ($1) ON CONFLICT DO NOTHING`, [
          identity,
        ]);
      }),
    now: () =>
      withPostgresFaults(async () => {
        const { rows } = await pool.query<{ now: Date }>('SELECT clock_timestamp() AS now');
        return rows[0]!.now;
      }),
    prepare: () => Promise.resolve(),
  };
}

async function recordFolds(
  client: ClientBase,
  group: string,
  partition: number,
  folds: readonly string[],
): Promise<void> {
  await client.query(
    `
UPDATE ${schema}.consumer_checkpoints SET folds = $3, revision = revision + 1
 WHERE group_name = $1 AND partition = $2`,
    [group, partition, folds],
  );
}
