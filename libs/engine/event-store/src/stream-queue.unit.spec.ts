import { StoreUnavailableError } from './errors';
import { StreamQueue } from './stream-queue';

describe('StreamQueue', () => {
  it('runs the work on a stream one after another, in order, and that on others beside it', async () => {
    const queue = new StreamQueue();
    const log: string[] = [];
    let open = () => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const blocked = queue.run('a', async () => {
      await gate;
      log.push('a1');
    });
    const behind = [2, 3].map((n) => queue.run('a', async () => log.push(`a${n}`)));
    await queue.run('b', async () => log.push('b1'));
    expect(log).toEqual(['b1']);
    open();
    await Promise.all([blocked, ...behind]);
    expect(log).toEqual(['b1', 'a1', 'a2', 'a3']);
  });

  it('goes on after a failure that is the work’s own', async () => {
    const queue = new StreamQueue();
    const failing = queue.run('a', () => Promise.reject(new Error('refused')));
    const next = queue.run('a', () => Promise.resolve('done'));
    await expect(failing).rejects.toThrow('refused');
    expect(await next).toBe('done');
  });

  it('fails what waits when the log is away, without trying, and tries again with what comes later', async () => {
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
