import { LRUCache } from 'lru-cache';
import type { DocumentStore } from '../document-store';
import type { PartitionFence } from '../partition-fence';
import type { ProjectedDocument } from '../projection';
import type { Feed } from './feed';

interface Recent {
  readonly document: ProjectedDocument;
  readonly writtenUnder: Feed;
}

/**
 * Documents as this process last wrote them, so that the next batch that concerns them need not read them again. It
 * keeps the most recently used documents of all partitions together.
 *
 * They match the stored documents only as long as no other replica may write to the partition. So they are bound to the
 * `Feed` object under which they were written. After the feed is read again, none of them is used.
 */
export class RecentDocuments {
  private readonly recent: LRUCache<string, Recent>;

  constructor(
    private readonly stored: DocumentStore,
    /** The maximum number of documents to keep; at least one. */
    max: number,
  ) {
    this.recent = new LRUCache({ max });
  }

  /** The store and the fence, for work on a partition under this feed. */
  under(
    feed: Feed,
    fence: PartitionFence,
  ): { readonly documents: DocumentStore; readonly fence: PartitionFence } {
    const { stored } = this;
    return {
      documents: {
        load: async (model, ids) => {
          const recent = ids.map((id) => this.recall(feed, model, id));
          const others = ids.filter((_, index) => !recent[index]);
          const loaded = others.length > 0 ? await stored.load(model, others) : [];
          return [...recent.filter((document) => document !== undefined), ...loaded];
        },
        match: (model, query) => stored.match(model, query),
        write: (model, changes) => {
          changes.forEach(({ document }) => this.recent.delete(keyOf(model, document._id)));
          return stored.write(model, changes);
        },
        remove: (model, document) => {
          this.recent.delete(keyOf(model, document._id));
          return stored.remove(model, document);
        },
      },
      fence: {
        confirm: (lease, at) => fence.confirm(lease, at),
        commit: async (commit) => {
          const written = commit.changes.flatMap(({ model, changes }) =>
            changes.map(({ document }) => ({ key: keyOf(model, document._id), document })),
          );
          // If the commit fails, its outcome is unknown.
          written.forEach(({ key }) => this.recent.delete(key));
          await fence.commit(commit);
          written.forEach(({ key, document }) => this.recent.set(key, { document, writtenUnder: feed }));
        },
      },
    };
  }

  private recall(feed: Feed, model: string, id: string): ProjectedDocument | undefined {
    const found = this.recent.get(keyOf(model, id));
    return found?.writtenUnder === feed ? found.document : undefined;
  }
}

function keyOf(model: string, id: string): string {
  return `${model}/${id}`;
}
