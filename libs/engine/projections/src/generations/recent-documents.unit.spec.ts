import type { DocumentChange, DocumentStore } from '../document-store';
import { fenceInSteps } from '../partition-fence';
import type { ProjectedDocument } from '../projection';
import type { Feed } from './feed';
import { RecentDocuments } from './recent-documents';

/** Keeps documents, and records which of them were loaded. */
class StoredDocuments implements DocumentStore {
  readonly loads: string[][] = [];
  stale: readonly string[] = [];
  fault: Error | undefined;
  private readonly documents = new Map<string, ProjectedDocument>();

  load(_model: string, ids: readonly string[]): Promise<readonly ProjectedDocument[]> {
    this.loads.push([...ids]);
    return Promise.resolve(ids.flatMap((id) => this.documents.get(id) ?? []));
  }

  match(): Promise<readonly ProjectedDocument[]> {
    return Promise.resolve([...this.documents.values()]);
  }

  write(_model: string, changes: readonly DocumentChange[]): Promise<readonly string[]> {
    if (this.fault) {
      return Promise.reject(this.fault);
    }
    changes.forEach(({ document }) => this.documents.set(document._id, document));
    return Promise.resolve(this.stale);
  }

  remove(_model: string, { _id }: ProjectedDocument): Promise<boolean> {
    return Promise.resolve(this.documents.delete(_id));
  }
}

const anything = { confirm: () => Promise.resolve(), advance: () => Promise.resolve() };
const lease = { partition: 0, owner: 'a', epoch: 1 };
const at = { position: 0 };

const feed = (): Feed => ({
  partition: 0,
  checkpoint: { position: 0 },
  generations: ['cards_v1_g1'],
  folds: ['cards_v1'],
  revision: 1,
});
const change = (_id: string, position = 1): DocumentChange => ({
  document: { _id, partition: 0, position },
});
const model = 'cards_v1_g1';
let stored: StoredDocuments;
let recent: RecentDocuments;

beforeEach(() => {
  stored = new StoredDocuments();
  recent = new RecentDocuments(stored, 3);
});

/** What the owner of a partition does under a feed. */
function under(given: Feed) {
  const { documents, fence } = recent.under(given, fenceInSteps(anything, stored));
  return {
    load: (name: string, ids: readonly string[]) => documents.load(name, ids),
    write: (name: string, changes: readonly DocumentChange[]) =>
      fence.commit({ lease, at, changes: [{ model: name, changes }] }),
  };
}

describe('RecentDocuments', () => {
  it('reads only documents that were not written before, and returns the others as they were last written', async () => {
    const documents = under(feed());
    expect(await documents.load(model, ['a'])).toEqual([]);
    await documents.write(model, [change('a', 1), change('b', 2)]);
    await documents.write(model, [change('a', 3)]);
    await stored.write(model, [change('c', 4)]);

    const loaded = await documents.load(model, ['a', 'b', 'c', 'd']);
    expect(loaded.map(({ _id, position }) => `${_id} at ${position}`).sort()).toEqual([
      'a at 3',
      'b at 2',
      'c at 4',
    ]);
    await documents.load(model, ['b', 'a']);
    expect(stored.loads).toEqual([['a'], ['c', 'd']]);
  });

  it('forgets all documents when the feed is read again, even if it has not changed', async () => {
    await under(feed()).write(model, [change('a')]);
    await under(feed()).load(model, ['a']);
    expect(stored.loads).toEqual([['a']]);
  });

  it('keeps read models apart', async () => {
    const documents = under(feed());
    await documents.write(model, [change('a')]);
    await documents.load('owners_v1_g1', ['a']);
    expect(stored.loads).toEqual([['a']]);
  });

  it('keeps the most recently used documents', async () => {
    const documents = under(feed());
    await documents.write(model, [change('a'), change('b'), change('c')]);
    await documents.load(model, ['a']);
    await documents.write(model, [change('d')]);
    await documents.load(model, ['a', 'b', 'c', 'd']);
    expect(stored.loads).toEqual([['b']]);
  });

  it.each([
    ['failed', (): void => void (stored.fault = new Error('the server went away'))],
    ['found the document changed', (): void => void (stored.stale = ['a'])],
  ])('reads a written document again if the write %s', async (_, happen) => {
    const documents = under(feed());
    await documents.write(model, [change('a', 1), change('b', 1)]);
    happen();
    await documents.write(model, [change('a', 2)]).catch(() => undefined);
    await documents.load(model, ['a', 'b']);
    expect(stored.loads).toEqual([['a']]);
  });
});
