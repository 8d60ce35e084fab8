import { StoreUnavailableError } from '@tidemark/postgres';
import { StreamQueue } from './stream-queue';

describe('StreamQueue', () => {
  it('continues after a failure of the work itself', async () => {
    const queue = new StreamQueue();
    const failing = queue.run('a', () => Promise.reject(new Error('refused')));
    const next = queue.run('a', () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('refused');
    expect(await next).toBe('done');
  });

  it('fails waiting work without trying it if the log is unavailable, and tries later work again', async () => {
    const queue = new StreamQueue();
    const fault = new StoreUnavailableError(new Error('connection refused'));
    const work = jest.fn(() => Promise.resolve());
    const first = queue.run('a', () => Promise.reject(fault));
    const waiting = [queue.run('a', work), queue.run('a', work)];
    for (const failed of [first, ...waiting]) {
      await expect(failed).rejects.toBe(fault);
    }
    expect(work).not.toHaveBeenCalled();
    await queue.run('a', work);
    expect(work).toHaveBeenCalledTimes(1);
  });
});
