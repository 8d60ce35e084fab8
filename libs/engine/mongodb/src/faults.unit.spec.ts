import {
  MongoBulkWriteError,
  MongoClientClosedError,
  MongoNetworkError,
  MongoOperationTimeoutError,
  MongoServerError,
} from 'mongodb';
import { isDuplicateKey, isUnavailable, serverCode } from './faults';

const answer = (code: number) => new MongoServerError({ message: 'no', code });
const named = (name: string) => Object.assign(new Error('no'), { name });
/** An error that is not the server's, wrapped as by the driver. */
const bulk = (error: Error) => new MongoBulkWriteError(error as never, {} as never);

describe('isUnavailable', () => {
  it.each([
    ['a lost connection', new MongoNetworkError('lost')],
    ['a socket that was cut', Object.assign(new Error('ended by the other party'), { code: 'EPIPE' })],
    ['a silent server', new MongoOperationTimeoutError('late')],
    ['a client that was closed', new MongoClientClosedError()],
    ['a pool that was closed', named('MongoPoolClosedError')],
    ['no free connection in time', named('MongoWaitQueueTimeoutError')],
    ['a query that took too long', answer(50)],
    ['a query that ran into a limit of the server', answer(262)],
    ['a primary that steps down', answer(189)],
    ['a server that is not the primary', answer(10_107)],
    ['a bulk write that lost its connection', bulk(new MongoNetworkError('lost'))],
    ['a bulk write that found no primary', new MongoBulkWriteError({ message: 'no', code: 91 }, {} as never)],
  ])('holds for %s', (_, error) => {
    expect(isUnavailable(error)).toBe(true);
  });

  it.each([
    ['a key that exists', answer(11_000)],
    ['a user without the permission', answer(13)],
    ['a wrong password', answer(18)],
    [
      'a bulk write of a key that exists',
      new MongoBulkWriteError({ message: 'no', code: 11_000 }, {} as never),
    ],
    ['a bulk write with a mistake in it', bulk(new TypeError('oops'))],
    ['a mistake in the code', new TypeError('oops')],
    ['nothing', undefined],
  ])('does not hold for %s', (_, error) => {
    expect(isUnavailable(error)).toBe(false);
  });
});

describe('isDuplicateKey', () => {
  it('recognises a duplicate key by its code', () => {
    expect(isDuplicateKey(answer(11_000))).toBe(true);
    expect(isDuplicateKey(answer(121))).toBe(false);
    expect(isDuplicateKey(Object.assign(new Error(), { code: 11_000 }))).toBe(false);
  });
});

describe('serverCode', () => {
  it('exists only for errors that the server sent', () => {
    expect(serverCode(answer(121))).toBe(121);
    expect(serverCode(new MongoNetworkError('lost'))).toBeUndefined();
  });
});
