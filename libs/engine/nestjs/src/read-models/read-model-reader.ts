import type {
  Conditions,
  DocumentOf,
  EntryOf,
  FieldPath,
  FieldValue,
  ReadModel,
  SumsQuery,
  SumsRow,
  Tally,
} from '@tidemark/projections';
import type { ReadOptions } from './read-part';
import type { Reads } from './reads';

/** What a reader needs of the application's engine. */
export interface ReadModelAccess {
  /** @throws PartNotRunError, NotOpenError */
  toRead(): Pick<Reads, 'read'>;
}

/** A part of a list of documents, by key. */
export interface ListQuery<Document> {
  /** All of these must be met; none by default. */
  readonly where?: Conditions<FieldPath<Document>>;
  /**
   * The field to sort by, with an index; the id by default. Documents with the same value are in order of their ids.
   */
  readonly orderBy?: FieldPath<Document>;
  readonly direction?: 'ascending' | 'descending';
  /** Where the part before ended: the value of `orderBy` and the id of its last document. */
  readonly after?: { readonly key: FieldValue; readonly id: string };
  /** 20 by default. */
  readonly limit?: number;
}

/**
 * The documents of one read model, as `@InjectReadModel` gives them. All methods throw `PartNotRunError` if this
 * process does not run `read`, `ReadModelMissingError` before the first projection, and the driver's errors.
 *
 * With a token, they also throw InvalidConsistencyTokenError and ReadModelBehindError.
 */
export class ReadModelReader<Model extends ReadModel> {
  constructor(
    private readonly readModel: Model,
    private readonly access: ReadModelAccess,
  ) {}

  /** The document with this id; `undefined` if there is none. */
  async get(id: string, options?: ReadOptions): Promise<DocumentOf<Model> | undefined> {
    return (await this.getMany([id], options))[0];
  }

  /** The documents with these ids, in any order, once each. */
  async getMany(ids: readonly string[], options: ReadOptions = {}): Promise<readonly DocumentOf<Model>[]> {
    const { readModel } = this;
    const found = await this.access
      .toRead()
      .read(readModel, options, (queries, generation) =>
        queries.find(readModel, generation, [{ ids, where: {} }]),
      );
    return found as readonly DocumentOf<Model>[];
  }

  /** A part of the list of documents that meet the conditions. Each part costs the same. */
  async list(
    { where, orderBy, direction = 'ascending', after, limit = 20 }: ListQuery<DocumentOf<Model>> = {},
    options: ReadOptions = {},
  ): Promise<readonly DocumentOf<Model>[]> {
    const { readModel } = this;
    const query = {
      where: where ? [where as Conditions] : [],
      order: { field: orderBy ?? '_id', direction: direction === 'ascending' ? 1 : -1 } as const,
      limit,
      ...(after && { after }),
    };
    const found = await this.access
      .toRead()
      .read(readModel, options, (queries, generation) => queries.page(readModel, generation, query));
    return found as readonly DocumentOf<Model>[];
  }
}

/** The sums of one tally, as `@InjectReadModel` gives them. Throws what `ReadModelReader` throws. */
export class TallyReader<Of extends Tally> {
  constructor(
    private readonly tally: Of,
    private readonly access: ReadModelAccess,
  ) {}

  /** Adds up what counts in all partitions. Groups whose entries were all taken back are left out. */
  async addUp<By extends keyof EntryOf<Of> & string>(
    query: SumsQuery<Of, By>,
    options: ReadOptions = {},
  ): Promise<readonly SumsRow<Of, By>[]> {
    const { tally } = this;
    return this.access
      .toRead()
      .read(tally, options, (queries, generation) => queries.addUp(tally, generation, query));
  }
}

/** The reader of a read model or a tally: `ReaderOf<typeof balances>`. */
export type ReaderOf<Model extends ReadModel> = Model extends Tally
  ? TallyReader<Model>
  : ReadModelReader<Model>;
