import { Turns } from './turns';

describe('Turns', () => {
  it('lets so many work at a time, the others in the order in which they came', async () => {
    const turns = new Turns(2);
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
    const turns = new Turns(1);
    const failing = turns.take(() => Promise.reject(new Error('broken')));
    const next = turns.take(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('next');
    expect(await turns.take(() => Promise.resolve('later'))).toBe('later');
  });
});
