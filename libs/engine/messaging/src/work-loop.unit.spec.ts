import { WorkLoop, type WorkLoopOptions } from './work-loop';

const forever = 600_000;

describe('WorkLoop', () => {
  let loop: WorkLoop;
  afterEach(() => loop.stop());

  /** Resolves when the work has been done this many times. */
  function start(
    times: number,
    work: (turn: number, stopping: AbortSignal) => boolean | Promise<boolean>,
    { pollIntervalMs = forever, ...options }: Partial<WorkLoopOptions> = {},
  ) {
    return new Promise<void>((resolve) => {
      let turn = 0;
      loop = new WorkLoop({
        ...options,
        pollIntervalMs,
        work: async (stopping) => {
          turn += 1;
          if (turn === times) {
            resolve();
          }
          return work(turn, stopping);
        },
      });
      loop.start();
    });
  }

  it('continues at once while there is more to do', async () => {
    await start(5, (turn) => turn < 5);
  });

  it('works again by itself after the interval', async () => {
    await start(3, () => false, { pollIntervalMs: 1 });
  });

  it('is woken from its sleep', async () => {
    const twice = start(2, () => false);
    setImmediate(() => loop.wake());
    await twice;
  });

  it('keeps a wake-up that comes during the work', async () => {
    await start(2, (turn) => {
      if (turn === 1) {
        loop.wake();
      }
      return false;
    });
  });

  it('sleeps before the first work with `sleepsFirst`', async () => {
    let isWoken = false;
    const once = start(1, () => !isWoken, { sleepsFirst: true });
    setImmediate(() => {
      isWoken = true;
      loop.wake();
    });
    await once;
    expect(isWoken).toBe(true);
  });

  it('reports a failure and tries again', async () => {
    const failure = new Error('once');
    const onFailed = jest.fn();
    await start(2, (turn) => (turn === 1 ? Promise.reject(failure) : false), { pollIntervalMs: 1, onFailed });
    expect(onFailed.mock.calls).toEqual([[failure]]);
  });

  it('tells the work that the loop is stopping, and does not report failures because of that', async () => {
    const onFailed = jest.fn();
    const interrupted = (_: number, stopping: AbortSignal) =>
      new Promise<boolean>((_resolve, reject) =>
        stopping.addEventListener('abort', () => reject(stopping.reason as Error)),
      );
    await start(1, interrupted, { onFailed });
    await loop.stop();
    expect(onFailed).not.toHaveBeenCalled();
  });

  it('stops only after the work under way is done', async () => {
    let finish = (_: boolean): void => {};
    await start(1, () => new Promise<boolean>((resolve) => (finish = resolve)));
    let hasStopped = false;
    const stopped = loop.stop().then(() => (hasStopped = true));
    await Promise.resolve();
    expect(hasStopped).toBe(false);
    finish(true);
    await stopped;
  });
});
