import type { ReadStore } from './read-store';
import { ForeignReadStoreError } from '../errors';

/**
 * Makes sure that the read store has the documents of this installation.
 *
 * @param record whether to record the log in a read store that has none recorded, which needs the right to write
 * @throws ForeignReadStoreError when it has those of another one; DocumentStoreUnavailableError
 */
export async function requireOwnReadStore(
  { projections }: Pick<ReadStore, 'projections'>,
  log: string,
  { record }: { readonly record: boolean },
): Promise<void> {
  if (record) {
    await projections.recordLog(log);
  }
  const recorded = await projections.recordedLog();
  if (recorded !== undefined && recorded !== log) {
    throw new ForeignReadStoreError(recorded, log);
  }
}
