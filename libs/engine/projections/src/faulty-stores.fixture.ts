import type { Checkpoint, Lease } from '@tidemark/messaging';
import type { DocumentChange, DocumentStore, MatchQuery } from './document-store';
import type { PartitionFence } from './partition-fence';
import type { ProjectedDocument } from './projection';

export type StoreCall = 'load' | 'match' | 'write' | 'remove' | 'confirm' | 'advance';

/** The process died here. */
export class InjectedCrash extends Error {}

export interface Probe {
  /** Called before the store acts. It throws to simulate a death before the call takes effect. */
  before?(call: StoreCall): Promise<void> | void;
  /** Called after the store has acted. It throws to simulate a death before the runner gets the result. */
  after?(call: StoreCall): Promise<void> | void;
  /** The number of a write's changes that reach the disk; all by default. A short write is a crash. */
  reaching?(changes: number): number;
}

/** Both stores of a runner, with a probe around every call. */
export function probed<Fence extends PartitionFence>(
  documents: DocumentStore,
  fence: Fence,
  probe: Probe,
): { documents: DocumentStore; fence: PartitionFence } {
  async function around<Result>(call: StoreCall, work: () => Promise<Result>): Promise<Result> {
    await probe.before?.(call);
    const result = await work();
    await probe.after?.(call);
    return result;
  }
  return {
    documents: {
      load: (model: string, ids: readonly string[]) => around('load', () => documents.load(model, ids)),
      match: (model: string, query: MatchQuery): Promise<readonly ProjectedDocument[]> =>
        around('match', () => documents.match(model, query)),
      write: (model: string, changes: readonly DocumentChange[]) =>
        around('write', async () => {
          const reached = probe.reaching?.(changes.length) ?? changes.length;
          if (reached > 0) {
            const stale = await documents.write(model, changes.slice(0, reached));
            if (reached === changes.length) {
              return stale;
            }
          }
          throw new InjectedCrash(`${reached} of ${changes.length} documents written`);
        }),
      remove: (model: string, document: ProjectedDocument) =>
        around('remove', () => documents.remove(model, document)),
    },
    fence: {
      confirm: (lease: Lease, at: Checkpoint) => around('confirm', () => fence.confirm(lease, at)),
      advance: (lease: Lease, from: Checkpoint, to: Checkpoint) =>
        around('advance', () => fence.advance(lease, from, to)),
    },
  };
}
