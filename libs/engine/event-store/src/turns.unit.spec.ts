import type { Pool } from 'pg';
import { StoreUnavailableError } from '@tidemark/postgres';
import { Turns } from './turns';

const noConnection = new StoreUnavailableError(new Error('connect ETIMEDOUT'));

/** A pool whose test decides, for each request, whether it gets a connection. */
function poolOf(max: number) {
  const connect = jest.fn<Promise<unknown>, []>();
  const client = { query: jest.fn().mockResolvedValue({ rows: [], command: 'COMMIT' }), release: jest.fn() };
  return { pool: { options: { max }, connect } as unknown as Pool, connect, client };
}

describe('turns', () => {
  it('fail together if they wait for a connection and one of them gets none, and later turns try again', async () => {
    const { pool, connect, client } = poolOf(2);
    const turns = new Turns(pool);
    let giveUp = (_fault: Error): void => {};
    connect.mockReturnValueOnce(new Promise((_, reject) => (giveUp = reject)));
    const work = jest.fn().mockResolvedValue('done');
    const taken = Promise.allSettled(
      Array.from({ length: 100 }, (_, n) => turns.take([`Counter-${n}`], work)),
    );
    giveUp(noConnection);
    const outcomes = await taken;
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'rejected', reason: noConnection })));
    expect([connect.mock.calls.length, work.mock.calls.length]).toEqual([1, 0]);
    connect.mockResolvedValue(client);
    await expect(Promise.all([turns.take(['a'], work), turns.take(['b'], work)])).resolves.toEqual([
      'done',
      'done',
    ]);
  });

  it('continue if one turn is cut off while it waits for its stream', async () => {
    const { pool, connect, client } = poolOf(2);
    const turns = new Turns(pool);
    connect.mockResolvedValue(client);
    const cut = Object.assign(new Error('connection lost'), { code: 'ECONNRESET' });
    client.query.mockResolvedValueOnce({}).mockRejectedValueOnce(cut);
    const [first, second] = await Promise.allSettled([
      turns.take(['a'], () => Promise.resolve('done')),
      turns.take(['b'], () => Promise.resolve('done')),
    ]);
    expect(first).toEqual({ status: 'rejected', reason: expect.any(StoreUnavailableError) as unknown });
    expect(second).toEqual({ status: 'fulfilled', value: 'done' });
  });
});
