import { Slots } from './slots';

it('runs no more tasks at a time than there are slots, and all of them in order', async () => {
  const slots = new Slots(2);
  const started: number[] = [];
  const finish: (() => void)[] = [];
  const running = [1, 2, 3, 4].map((task) =>
    slots.run(() => {
      started.push(task);
      return new Promise<void>((resolve) => finish.push(resolve));
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
  await Promise.all(running);
  expect(started).toEqual([1, 2, 3, 4]);
  await expect(slots.run(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed');
  expect(await slots.run(() => Promise.resolve('free again'))).toBe('free again');
});
