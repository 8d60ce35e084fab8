import type { FeedStore } from './generations/feed-store';
import type { Feed } from './generations/feed';
import { MongoFeedStore } from './mongodb/mongo-feed-store';
import { fenceInSteps, type PartitionFence } from './partition-fence';
import type { ProjectionStore } from './generations/projection-store';

/** `commit` only where it is one transaction. Where it is not, its steps are calls: `confirm`, `write`, `advance`. */
export type StoreCall = 'load' | 'match' | 'write' | 'remove' | 'confirm' | 'advance' | 'commit';

/** The process died here. */
export class InjectedCrash extends Error {}

export interface Probe {
  /** Called before the store acts. It throws to simulate a death before the call takes effect. */
  before?(call: StoreCall): Promise<void> | void;
  /** Called after the store has acted. It throws to simulate a death before the runner gets the result. */
  after?(call: StoreCall): Promise<void> | void;
  /**
   * How many of the changes of a write still reach the disk; all of them by default. A smaller number is a crash during
   * the write. If the write is a transaction, none of its changes reaches the disk then.
   */
  reaching?(changes: number): number;
}

type Around = <Result>(call: StoreCall, work: () => Promise<Result>) => Promise<Result>;

/** The store, with a probe around every call of a runner. */
export function probed(store: ProjectionStore, probe: Probe): ProjectionStore {
  const around: Around = async (call, work) => {
    await probe.before?.(call);
    const result = await work();
    await probe.after?.(call);
    return result;
  };
  const documents = probedDocuments(store.documents, probe, around);
  return {
    ...store,
    documents,
    feeds: (group) => {
      const feeds = store.feeds(group);
      return overriding(feeds, { fenceFor: (feed) => probedFence(feeds, feed, documents, probe, around) });
    },
  };
}

function probedDocuments(
  documents: ProjectionStore['documents'],
  probe: Probe,
  around: Around,
): ProjectionStore['documents'] {
  return overriding(documents, {
    load: (model, ids) => around('load', () => documents.load(model, ids)),
    match: (model, query) => around('match', () => documents.match(model, query)),
    write: (model, changes) =>
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
    remove: (model, document) => around('remove', () => documents.remove(model, document)),
  });
}

function probedFence(
  feeds: FeedStore,
  feed: Feed,
  documents: ProjectionStore['documents'],
  probe: Probe,
  around: Around,
): PartitionFence {
  if (feeds instanceof MongoFeedStore) {
    const { confirm, advance } = feeds.checkpointFence(feed);
    const probedSteps = {
      confirm: (...given: Parameters<typeof confirm>) => around('confirm', () => confirm(...given)),
      advance: (...given: Parameters<typeof advance>) => around('advance', () => advance(...given)),
    };
    return fenceInSteps(probedSteps, documents);
  }
  const fence = feeds.fenceFor(feed);
  return {
    confirm: (lease, at) => around('confirm', () => fence.confirm(lease, at)),
    commit: (commit) =>
      around('commit', async () => {
        for (const { changes } of commit.changes) {
          if ((probe.reaching?.(changes.length) ?? changes.length) < changes.length) {
            throw new InjectedCrash('rolled back');
          }
        }
        await fence.commit(commit);
      }),
  };
}

/** For tests in which it does not matter which generations come and go. */
export function fenceOf(feeds: FeedStore): PartitionFence {
  return {
    confirm: async (lease, at) => feeds.fenceFor(await feeds.held(lease)).confirm(lease, at),
    commit: async (commit) => feeds.fenceFor(await feeds.held(commit.lease)).commit(commit),
  };
}

/** The object, with some of its methods replaced. */
export function overriding<Of extends object>(object: Of, methods: Partial<Of>): Of {
  return new Proxy(object, {
    get(target, name) {
      const member: unknown = Reflect.get(name in methods ? methods : target, name);
      return typeof member === 'function' && !(name in methods) ? member.bind(target) : member;
    },
  });
}
