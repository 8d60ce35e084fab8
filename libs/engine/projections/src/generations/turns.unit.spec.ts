import { Turns } from './turns';

describe('Turns', () => {
  it('lets so many work at a time, the others in the order in which they came', async () => {
    const turns = new Turns({ atOnce: 2 });
    const begun: number[] = [];
    const ends: (() => void)[] = [];
    const done = Array.from({ length: 4 }, (_, n) =>
      turns.take(async () => {
        begun.push(n);
        await new Promise<void>((end) => ends.push(end));
        return n;
      }),
    );
    expect(begun).toEqual([0, 1]);
    for (const expected of [
      [0, 1, 2],
      [0, 1, 2, 3],
    ]) {
      ends.shift()!();
      await done[expected.length - 3];
      await Promise.resolve();
      expect(begun).toEqual(expected);
    }
    ends.forEach((end) => end());
    expect(await Promise.all(done)).toEqual([0, 1, 2, 3]);
  });

  it('passes a failure on, and the turn', async () => {
    const turns = new Turns({ atOnce: 1 });
    const failing = turns.take(() => Promise.reject(new Error('broken')));
    const next = turns.take(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('next');
    expect(await turns.take(() => Promise.resolve('later'))).toBe('later');
  });

  it('rests in proportion to the work before the next turn', async () => {
    jest.useFakeTimers();
    try {
      const turns = new Turns({ atOnce: 1, restPercent: 50 });
      const working = turns.take(() => new Promise<string>((end) => setTimeout(() => end('done'), 100)));
      let hasBegun = false;
      const next = turns.take(() => {
        hasBegun = true;
        return Promise.resolve();
      });
      await jest.advanceTimersByTimeAsync(100);
      expect(await working).toBe('done');
      await jest.advanceTimersByTimeAsync(49);
      expect(hasBegun).toBe(false);
      await jest.advanceTimersByTimeAsync(1);
      expect(hasBegun).toBe(true);
      await next;
    } finally {
      jest.useRealTimers();
    }
  });
});
