import { Inject, Injectable } from '@nestjs/common';
import { decodeCursor, encodeCursor, within, type CursorScope } from '@tidemark/platform';
import {
  LiveGenerations,
  tallyPipeline,
  type EntryOf,
  type TallyQuery,
  type TallyRow,
} from '@tidemark/projections';
import {
  isReadStoreUnavailable,
  readModel,
  readModels,
  ReadStoreUnavailableError,
  type ReadModelName,
  type ReadModels,
  type TallyName,
  type ReadStore,
} from '@tidemark/read-models';
import type { Collection, Filter } from 'mongodb';
import { z } from 'zod';
import type { Condition } from '../ownership/visible-to';
import { after, sortBy } from '../paging/keyset';
import type { ListOrder } from '../paging/list-order';
import { pageOf, type Page } from '../paging/page';
import type { LookUpFilter } from './look-up-query';
import { LookUps } from './look-ups';
import { ReadMetrics } from './read-metrics';
import { QUERY_TIMEOUT_MS, READ_STORE } from '../tokens';

/**
 * Time for the network. The server itself ends a query after `maxTimeMS`. If it does not, the reader stops waiting
 * after this time.
 */
const GRACE_MS = 1_000;

/** One page of a read model's documents. */
export interface PageRequest<Name extends ReadModelName> {
  readonly readModel: Name;
  readonly filter: Filter<ReadModels[Name]>;
  readonly order: ListOrder<ReadModels[Name]>;
  readonly limit: number;
  /** Where the previous page ended. Absent for the first page. */
  readonly cursor?: string;
  /** The scope of the cursor: everything that shapes the list except `limit`. */
  readonly scope: CursorScope;
}

/** The sums of a tally; see `TallyQuery`. */
export interface SumsRequest<
  Name extends TallyName,
  By extends keyof EntryOf<Tallies[Name]> & string,
> extends TallyQuery<Tallies[Name], By> {
  readonly tally: Name;
  readonly sort: Readonly<Record<string, 1 | -1>>;
  readonly limit?: number;
}

type Tallies = typeof readModels;

/**
 * The only access of queries to the read models. Every read has a time limit on the server, and every failed read is a
 * fault that says whether a retry may help.
 */
@Injectable()
export class ReadModelReader {
  private readonly lookUps = new LookUps((readModel, filter) => this.find(readModel, filter));

  constructor(
    @Inject(READ_STORE) private readonly store: ReadStore,
    private readonly live: LiveGenerations,
    @Inject(QUERY_TIMEOUT_MS) private readonly maxTimeMS: number,
    private readonly metrics: ReadMetrics,
  ) {}

  /**
   * One document by its `_id`, if it meets the condition; see `LookUps`.
   *
   * @throws ReadStoreUnavailableError; DocumentStoreUnavailableError when the live generation can't be determined
   */
  async findOne<Name extends ReadModelName>(
    readModel: Name,
    id: string,
    condition: Condition = {},
  ): Promise<ReadModels[Name] | undefined> {
    return (await this.lookUps.load({ readModel, id, condition })) as ReadModels[Name] | undefined;
  }

  /**
   * Pages by key: inserting or deleting documents between two pages makes no other document appear twice or go missing.
   *
   * @throws ProblemException 400 when the cursor does not come from this list
   * @throws ReadStoreUnavailableError
   */
  async findPage<Name extends ReadModelName>(request: PageRequest<Name>): Promise<Page<ReadModels[Name]>> {
    const { readModel: name, order, limit } = request;
    const scope = { readModel: name, ...request.scope };
    const conditions = [request.filter, ...this.afterCursor(request.cursor, scope, order)];
    const rows = await this.read(name, (documents) =>
      documents
        .find({ $and: conditions } as Filter<ReadModels[Name]>, { maxTimeMS: this.maxTimeMS })
        .sort(sortBy(order))
        .limit(limit + 1)
        .toArray(),
    );
    return pageOf(rows as ReadModels[Name][], limit, (document) =>
      encodeCursor(scope, [order.keyOf(document), document._id]),
    );
  }

  /** Sums over all partitions. Throws the same errors as `findPage`, except for faults of the cursor. */
  addUp<Name extends TallyName, By extends keyof EntryOf<Tallies[Name]> & string>({
    tally,
    sort,
    limit,
    ...query
  }: SumsRequest<Name, By>): Promise<readonly TallyRow<Tallies[Name], By>[]> {
    const pipeline = [
      ...tallyPipeline(readModels[tally], query),
      { $sort: sort },
      ...(limit === undefined ? [] : [{ $limit: limit }]),
    ];
    return this.read(tally, (documents) =>
      documents.aggregate<TallyRow<Tallies[Name], By>>(pipeline, { maxTimeMS: this.maxTimeMS }).toArray(),
    );
  }

  private afterCursor<Document>(
    cursor: string | undefined,
    scope: CursorScope,
    order: ListOrder<Document>,
  ): readonly Record<string, unknown>[] {
    if (cursor === undefined) {
      return [];
    }
    const [key, id] = decodeCursor(scope, z.tuple([order.storedKey, z.string().min(1)]), cursor);
    return [after(order, key, id)];
  }

  private find(readModel: ReadModelName, filter: LookUpFilter): Promise<readonly { readonly _id: string }[]> {
    // Spares the server from considering the index on the customer as well: the ids are more selective.
    const hint = Object.keys(filter).length > 1 ? { hint: { _id: 1 } } : {};
    return this.read(readModel, (documents) =>
      documents.find(filter, { ...hint, maxTimeMS: this.maxTimeMS }).toArray(),
    );
  }

  private async read<Name extends ReadModelName, Result>(
    name: Name,
    work: (documents: Collection<ReadModels[Name]>) => Promise<Result>,
  ): Promise<Result> {
    const done = this.metrics.startRead(name);
    try {
      const boundMs = this.maxTimeMS + GRACE_MS;
      const late = () => new ReadStoreUnavailableError(new Error(`no answer within ${boundMs} ms`));
      const result = await within(boundMs, this.readLive(name, work), late);
      done('ok');
      return result;
    } catch (error) {
      done('failed');
      throw isReadStoreUnavailable(error) ? new ReadStoreUnavailableError(error) : error;
    }
  }

  /** One read uses one generation, however long it takes. */
  private async readLive<Name extends ReadModelName, Result>(
    name: Name,
    work: (documents: Collection<ReadModels[Name]>) => Promise<Result>,
  ): Promise<Result> {
    const generation = (await this.live.current()).get(name);
    if (generation === undefined) {
      throw new ReadStoreUnavailableError(
        new Error(`the read model ${name} does not exist yet: no projection has filled it`),
      );
    }
    return work(readModel(this.store.db, name, generation));
  }
}
