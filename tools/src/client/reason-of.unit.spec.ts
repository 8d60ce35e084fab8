import { reasonOf } from './reason-of';

it.each<[unknown, string]>([
  [new Error('no answer'), 'no answer'],
  ['no answer', 'no answer'],
  [
    new Error('POST /v1/orders: no answer', {
      cause: new TypeError('fetch failed', { cause: new Error('connect ECONNREFUSED 127.0.0.1:1') }),
    }),
    'POST /v1/orders: no answer: fetch failed: connect ECONNREFUSED 127.0.0.1:1',
  ],
  // The error of a refused connection to `localhost`, which has two addresses.
  [
    new AggregateError([new Error('connect ECONNREFUSED ::1:1'), new Error('and 127.0.0.1')]),
    'connect ECONNREFUSED ::1:1',
  ],
])('%s', (error, reason) => {
  expect(reasonOf(error)).toBe(reason);
});
