import {
  postgresProjectionStore,
  postgresQueries,
  type ProjectionStore,
  type ReadModelQueries,
} from '@tidemark/projections';
import type { Definitions } from '../definitions/feature';
import { requireReadModelsPrepared } from '../log/migrations';
import { openPool } from '../log/open-log';
import { whenAvailable } from '../log/when-available';
import type { TidemarkOptions } from '../options';
import type { HealthCheck } from '../part';

/** The database of the read models, open. */
export interface OpenReadStore {
  readonly projections: ProjectionStore;
  readonly queries: ReadModelQueries;
  readonly checks: readonly HealthCheck[];
  close(): Promise<void>;
}

/** @throws MigrationMissingError; StoreUnavailableError after `startTimeoutMs` */
export async function openReadStore(
  options: TidemarkOptions,
  { projections }: Definitions,
): Promise<OpenReadStore> {
  const pool = openPool(options, 'read models');
  try {
    await whenAvailable(options, () => requireReadModelsPrepared(pool));
  } catch (error) {
    await pool.end();
    throw error;
  }
  const readModels = projections.map(({ readModel }) => readModel);
  return {
    projections: postgresProjectionStore(pool, readModels),
    queries: postgresQueries(pool, readModels),
    checks: [{ name: 'read-store', check: () => requireReadModelsPrepared(pool) }],
    close: () => pool.end(),
  };
}
