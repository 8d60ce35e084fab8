import { WorkLoop } from './work-loop';

const forever = 600_000;

describe('WorkLoop', () => {
  let loop: WorkLoop;
  afterEach(() => loop.stop());

  /** Resolves when the work has been done so many times. */
  function start(
    times: number,
    work: (turn: number) => boolean | Promise<boolean>,
    pollIntervalMs = forever,
  ) {
    return new Promise<void>((resolve) => {
      let turn = 0;
      loop = new WorkLoop({
        name: 'test',
        pollIntervalMs,
        work: async () => {
          turn += 1;
          if (turn === times) {
            resolve();
          }
          return work(turn);
        },
      });
      loop.start();
    });
  }

  it('goes on at once while there is more to do', async () => {
    await start(5, (turn) => turn < 5);
  });

  it('comes again by itself after the interval', async () => {
    await start(3, () => false, 1);
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

  it('survives a failure and tries again', async () => {
    await start(2, (turn) => (turn === 1 ? Promise.reject(new Error('once')) : false), 1);
  });

  it('stops only when the work under way is done', async () => {
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
