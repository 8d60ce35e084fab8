import { mongoQueries, type LiveGenerations } from '@tidemark/projections';
import { ReadStoreUnavailableError, type ReadStore } from '@tidemark/read-models';
import { MongoNetworkTimeoutError, MongoServerError, type Db } from 'mongodb';
import { DatabaseError } from 'pg';
import { byCreation } from '../paging/list-order';
import type { ReadMetrics } from './read-metrics';
import { ReadModelReader } from './read-model-reader';

const maxTimeMS = 1_234;
const page = {
  readModel: 'order_list',
  where: [],
  order: byCreation(-1),
  limit: 20,
  scope: {},
} as const;

/** A reader of a collection that fails every query, and the options of these queries. */
function readerOf(failure: Error) {
  const options: unknown[] = [];
  const cursor = { sort: () => cursor, limit: () => cursor, toArray: () => Promise.reject(failure) };
  const collection = {
    find: (_filter: unknown, given: unknown) => {
      options.push(given);
      return cursor;
    },
  };
  const db = { collection: () => collection } as unknown as Db;
  const store = { queries: mongoQueries(db, { timeLimitMs: maxTimeMS }) } as unknown as ReadStore;
  const live = {
    current: () => Promise.resolve(new Map([['order_list', 'order_list_v1_g1']])),
  } as unknown as LiveGenerations;
  const metrics = { startRead: () => () => undefined } as unknown as ReadMetrics;
  return { reader: new ReadModelReader(store, live, maxTimeMS, metrics), options };
}

function postgresError(code: string): DatabaseError {
  return Object.assign(new DatabaseError('refused', 0, 'error'), { code });
}

describe('ReadModelReader', () => {
  it('gives every query a time limit on the server', async () => {
    const { reader, options } = readerOf(new MongoServerError({ code: 50 }));
    await expect(reader.findOne('order_list', 'O1')).rejects.toThrow();
    await expect(reader.findPage(page)).rejects.toThrow();
    expect(options).toMatchObject([{ maxTimeMS }, { maxTimeMS }]);
  });

  it.each([
    ['the server gave up: MaxTimeMSExpired', new MongoServerError({ code: 50 })],
    ['the server said nothing', new MongoNetworkTimeoutError('timed out')],
    ['there is no primary', new MongoServerError({ code: 10_107 })],
    ['Postgres gave up: query_canceled', postgresError('57014')],
    ['Postgres lacks the schema: its migrations have not run', postgresError('42P01')],
  ])('is unavailable when %s', async (_, failure) => {
    const { reader } = readerOf(failure);
    const unavailable = { code: 'store_unavailable', retryable: true, cause: failure };
    await expect(reader.findOne('order_list', 'O1')).rejects.toMatchObject(unavailable);
    await expect(reader.findPage(page)).rejects.toThrow(ReadStoreUnavailableError);
  });

  it.each([new MongoServerError({ code: 2, message: 'bad value' }), postgresError('42601')])(
    'does not hide what is wrong with a query',
    async (failure) => {
      const { reader } = readerOf(failure);
      await expect(reader.findOne('order_list', 'O1')).rejects.toBe(failure);
    },
  );

  it('is unavailable before the first projection', async () => {
    const { reader } = readerOf(new Error('not asked'));
    await expect(reader.findOne('stock_levels', 'P1')).rejects.toThrow(ReadStoreUnavailableError);
  });
});
