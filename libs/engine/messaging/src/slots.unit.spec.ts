import { Slots } from './slots';

it('runs at most as many tasks at a time as there are slots, in order', async () => {
  const slots = new Slots(2);
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const running = [1, 2, 3, 4].map((task) =>
    slots.run(() => {
      started.push(task);
      return new Promise<number>((resolve) => finish.push(() => resolve(task)));
    }),
  );
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  expect(started).toEqual([1, 2]);
  finish[1]!();
  await turn();
  expect(started).toEqual([1, 2, 3]);
  finish[0]!();
  await turn();
  finish.forEach((end) => end());
  expect(await Promise.all(running)).toEqual([1, 2, 3, 4]);
  expect(started).toEqual([1, 2, 3, 4]);
});

it('passes a failure on, and frees the slot', async () => {
  const slots = new Slots(1);
  const failing = slots.run(() => Promise.reject(new Error('failed')));
  const next = slots.run(() => Promise.resolve('next'));
  await expect(failing).rejects.toThrow('failed');
  expect(await next).toBe('next');
  expect(await slots.run(() => Promise.resolve('free again'))).toBe('free again');
});

it('rests after a task in proportion to its time', async () => {
  jest.useFakeTimers();
  try {
    const slots = new Slots(1, { restPercent: 50 });
    const working = slots.run(() => new Promise<string>((end) => setTimeout(() => end('done'), 100)));
    let hasBegun = false;
    const next = slots.run(() => {
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
