import {
  connectReadStore,
  isReadStoreNotReady,
  requireOwnReadStore,
  type ModelProjection,
  type ReadStore,
} from '@tidemark/projections';
import type { Definitions } from '../definitions/feature';
import { MigrationMissingError } from '../errors';
import { preparedReadModels } from '../log/migrations';
import type { OpenLog } from '../log/open-log';
import { waitAtMost } from '../when-available';
import { DEFAULT_NAME, runs, type TidemarkOptions } from '../options';
import type { HealthCheck } from '../part';

const DEFAULT_CONNECTIONS = 10;

/** The database of the read models, open. */
export interface OpenReadStore extends ReadStore {
  readonly checks: readonly HealthCheck[];
}

/**
 * @throws MigrationMissingError; ForeignReadStoreError if the documents are made from another log; a fault of the
 * database after `startTimeoutMs`
 */
export async function openReadStore(
  options: TidemarkOptions,
  { projections }: Definitions,
  { identity }: OpenLog,
): Promise<OpenReadStore> {
  // The migrations do not run by themselves, so it does not wait for them.
  const isPassing = (error: unknown) =>
    !(error instanceof MigrationMissingError) && isReadStoreNotReady(error);
  const wait = waitAtMost(options.startTimeoutMs);
  return wait(() => open(options, projections, identity), { what: 'the read store', isPassing });
}

async function open(
  options: TidemarkOptions,
  projections: readonly ModelProjection[],
  log: string,
): Promise<OpenReadStore> {
  const address = options.readStore ?? { kind: 'postgres', url: options.databaseUrl };
  const store = await connectReadStore(address, {
    readModels: projections.map(({ readModel }) => readModel),
    applicationName: `${options.name ?? DEFAULT_NAME} read models`,
    maxConnections: options.maxConnections ?? DEFAULT_CONNECTIONS,
  });
  const requireReady = () => preparedReadModels(() => store.requireReady());
  try {
    await requireReady();
    await requireOwnReadStore(store, log, { record: runs(options, 'projections') });
  } catch (error) {
    await store.close();
    throw error;
  }
  return { ...store, checks: [{ name: 'read-store', check: requireReady }] };
}
