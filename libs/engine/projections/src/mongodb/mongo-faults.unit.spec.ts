import { MongoBulkWriteError, MongoNetworkError, MongoServerError } from 'mongodb';
import { DocumentStoreUnavailableError } from '../errors';
import { withMongoFaults } from './mongo-faults';

const answer = (code: number) => new MongoServerError({ message: 'no', code });
const thrownFor = (error: unknown) =>
  withMongoFaults(() => Promise.reject(error as Error)).catch((thrown: unknown) => thrown);

describe('withMongoFaults', () => {
  it.each([
    ['a lost connection', new MongoNetworkError('lost')],
    ['a user without the permission', answer(13)],
    ['a full disk', answer(14031)],
    [
      'a write that was not replicated in time',
      new MongoBulkWriteError({ message: 'no', code: 64 }, {} as never),
    ],
  ])('turns %s into a retryable fault', async (_, error) => {
    const thrown = await thrownFor(error);
    expect(thrown).toBeInstanceOf(DocumentStoreUnavailableError);
    expect(thrown).toMatchObject({ retryable: true, cause: error });
  });

  it.each([
    ['a duplicate key', answer(11_000)],
    ['a document that is too large', answer(10_334)],
    ['a mistake in the code', new TypeError('oops')],
  ])('does not change the error for %s', async (_, error) => {
    expect(await thrownFor(error)).toBe(error);
  });
});
