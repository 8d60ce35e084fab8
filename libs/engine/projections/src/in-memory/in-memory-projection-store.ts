import { InMemoryParkedStore } from '@tidemark/messaging';
import type { ProjectionStore } from '../generations/projection-store';
import type { ReadModelQueries } from '../queries/read-model-queries';
import { InMemoryDocuments } from './in-memory-documents';
import { InMemoryFeedStore, InMemoryFeedTables, InMemoryFoldingGroup } from './in-memory-feeds';
import { inMemoryQueries } from './in-memory-queries';
import { InMemoryGenerationStates, InMemoryRebuilds } from './in-memory-records';

export interface InMemoryProjectionStore extends ProjectionStore {
  readonly documents: InMemoryDocuments;
  readonly queries: ReadModelQueries;
  parked(group: string): InMemoryParkedStore;
  /** How far each partition of a group is, at this instant. */
  positionsOf(group: string): ReadonlyMap<number, number>;
  /** Loses everything, as a database that comes back empty. */
  clear(): void;
}

interface Group {
  readonly tables: InMemoryFeedTables;
  readonly parked: InMemoryParkedStore;
}

/**
 * Read models, and everything beside them, without a database, for tests. It passes the tests of the other stores.
 * Nothing survives the process, and a query reads all documents of a generation.
 *
 * @param clock says when generations were made and rebuilds began; the system's by default
 */
export function inMemoryProjectionStore(clock: () => Date = () => new Date()): InMemoryProjectionStore {
  const documents = new InMemoryDocuments();
  const states = new InMemoryGenerationStates();
  const rebuilds = new InMemoryRebuilds();
  const groups = new Map<string, Group>();
  let log: string | undefined;

  const groupOf = (name: string): Group => {
    const known = groups.get(name);
    if (known) {
      return known;
    }
    const tables = new InMemoryFeedTables();
    const group = { tables, parked: new InMemoryParkedStore(new InMemoryFoldingGroup(tables, [])) };
    groups.set(name, group);
    return group;
  };
  const folding = (name: string, folds: readonly string[] = []) =>
    new InMemoryFoldingGroup(groupOf(name).tables, folds);
  return {
    documents,
    states,
    rebuilds,
    queries: inMemoryQueries(documents),
    group: folding,
    parked: (group) => groupOf(group).parked,
    feeds: (group) => new InMemoryFeedStore(groupOf(group).tables, documents),
    positionsOf: (group) => folding(group).positions(),
    recordedLog: async () => log,
    recordLog: async (identity) => {
      log ??= identity;
    },
    now: async () => clock(),
    prepare: async () => {},
    clear: () => {
      log = undefined;
      [documents, states, rebuilds].forEach((part) => part.clear());
      groups.forEach(({ tables, parked }) => [tables, parked].forEach((part) => part.clear()));
    },
  };
}
