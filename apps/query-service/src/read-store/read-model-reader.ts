import { Inject, Injectable } from '@nestjs/common';
import { within } from '@tidemark/kernel';
import { READ_STORE } from '@tidemark/nestjs';
import { decodeCursor, encodeCursor, type CursorScope } from '@tidemark/platform';
import {
  LiveGenerations,
  type Conditions,
  type EntryOf,
  type FieldPath,
  type LookUp,
  type PageQuery,
  type SumsQuery,
  type SumsRow,
} from '@tidemark/projections';
import {
  isReadStoreUnavailable,
  readModels,
  ReadStoreUnavailableError,
  type ReadModelName,
  type ReadModels,
  type TallyName,
  type ReadStore,
} from '@tidemark/read-models';
import { z } from 'zod';
import type { Condition } from '../ownership/visible-to';
import type { ListOrder } from '../paging/list-order';
import { pageOf, type Page } from '../paging/page';
import { LookUps } from './look-ups';
import { ReadMetrics } from './read-metrics';
import { QUERY_TIMEOUT_MS } from '../tokens';

/**
 * Time for the network. The server itself ends a query after its time limit. If it does not, the reader stops waiting
 * after this time.
 */
const GRACE_MS = 1_000;

/** One page of a read model's documents. */
export interface PageRequest<Name extends ReadModelName> {
  readonly readModel: Name;
  /** All of these must be met. */
  readonly where: readonly Conditions<FieldPath<ReadModels[Name]>>[];
  readonly order: ListOrder<ReadModels[Name]>;
  readonly limit: number;
  /** Where the previous page ended. Absent for the first page. */
  readonly cursor?: string;
  /** The scope of the cursor: everything that shapes the list except `limit`. */
  readonly scope: CursorScope;
}

type Tallies = typeof readModels;

/** The sums of a tally. */
export interface SumsRequest<
  Name extends TallyName,
  By extends keyof EntryOf<Tallies[Name]> & string,
> extends SumsQuery<Tallies[Name], By> {
  readonly tally: Name;
}

/**
 * The only access of queries to the read models. Every read has a time limit on the server, and every failed read is a
 * fault that says whether a retry may help.
 */
@Injectable()
export class ReadModelReader {
  private readonly lookUps = new LookUps((readModel, lookUps) => this.find(readModel, lookUps));

  constructor(
    @Inject(READ_STORE) private readonly store: ReadStore,
    private readonly live: LiveGenerations,
    @Inject(QUERY_TIMEOUT_MS) private readonly timeLimitMs: number,
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
    const { readModel: name, where, order, limit } = request;
    const { field, direction } = order;
    const scope = { readModel: name, ...request.scope };
    const query: PageQuery = {
      where,
      order: { field, direction },
      limit: limit + 1,
      ...(request.cursor !== undefined && { after: placeIn(request.cursor, scope, order) }),
    };
    const rows = await this.read(name, (generation) =>
      this.store.queries.page(readModels[name], generation, query),
    );
    return pageOf(rows as readonly ReadModels[Name][], limit, (document) =>
      encodeCursor(scope, [order.keyOf(document), document._id]),
    );
  }

  /** Sums over all partitions. Throws the same errors as `findPage`, except for faults of the cursor. */
  addUp<Name extends TallyName, By extends keyof EntryOf<Tallies[Name]> & string>({
    tally,
    ...query
  }: SumsRequest<Name, By>): Promise<readonly SumsRow<Tallies[Name], By>[]> {
    return this.read(tally, (generation) => this.store.queries.addUp(readModels[tally], generation, query));
  }

  private find(
    name: ReadModelName,
    lookUps: readonly LookUp[],
  ): Promise<readonly { readonly _id: string }[]> {
    return this.read(name, (generation) => this.store.queries.find(readModels[name], generation, lookUps));
  }

  /** One read uses one generation, however long it takes. */
  private async read<Result>(
    name: ReadModelName,
    work: (generation: string) => Promise<Result>,
  ): Promise<Result> {
    const done = this.metrics.startRead(name);
    try {
      const boundMs = this.timeLimitMs + GRACE_MS;
      const late = () => new ReadStoreUnavailableError(new Error(`no answer within ${boundMs} ms`));
      const result = await within(boundMs, this.liveGeneration(name).then(work), late);
      done('ok');
      return result;
    } catch (error) {
      done('failed');
      throw isReadStoreUnavailable(error) ? new ReadStoreUnavailableError(error) : error;
    }
  }

  private async liveGeneration(name: ReadModelName): Promise<string> {
    const generation = (await this.live.current()).get(name);
    if (generation === undefined) {
      throw new ReadStoreUnavailableError(
        new Error(`the read model ${name} does not exist yet: no projection has filled it`),
      );
    }
    return generation;
  }
}

function placeIn<Document>(
  cursor: string,
  scope: CursorScope,
  order: ListOrder<Document>,
): NonNullable<PageQuery['after']> {
  const [key, id] = decodeCursor(scope, z.tuple([order.storedKey, z.string().min(1)]), cursor);
  return { key, id };
}
