import { KeyedQueue } from './keyed-queue';

describe('KeyedQueue', () => {
  it('runs the tasks of a key one after another, in order, and tasks of other keys at the same time', async () => {
    const queue = new KeyedQueue();
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

  it('gives a task the fault of the previous task, and no other fault', async () => {
    const queue = new KeyedQueue();
    const fault = new Error('refused');
    const failing = queue.run('a', () => Promise.reject(fault));
    const next = [1, 2].map(() => queue.run('a', (faultBefore) => Promise.resolve(faultBefore)));
    await expect(failing).rejects.toBe(fault);
    expect(await Promise.all(next)).toEqual([fault, undefined]);
  });
});
