import { randomUUID } from 'node:crypto';
import { AppendCoalescer, type AppendCoalescerOptions } from './append-coalescer';
import { AppendQueueFullError } from './errors';
import type { PreparedAppend } from './prepared-append';

const timedOut = Object.assign(new Error('read ETIMEDOUT'), { code: 'ETIMEDOUT' });

function someAppend(): PreparedAppend {
  const commandId = randomUUID();
  return { streamId: `Counter-${commandId}`, commandId, partition: 0, bytes: 1, events: [] } as never;
}

/** A database that answers only when the test tells it to. */
function silentDatabase(options: Partial<AppendCoalescerOptions> = {}) {
  let answer = (_fault: Error): void => {};
  const silence = () => new Promise<never>((_, reject) => (answer = reject));
  const appendAlone = jest.fn(silence);
  const appendTogether = jest.fn(silence);
  const coalescer = new AppendCoalescer({ appendTogether, appendAlone, ...options });
  return { coalescer, appendAlone, appendTogether, fail: (fault: Error) => answer(fault) };
}

describe('AppendCoalescer', () => {
  it('fails waiting appends together with an unanswered batch, and sends later appends again', async () => {
    const { coalescer, appendAlone, appendTogether, fail } = silentDatabase({ maxBatch: 10 });
    const appends = Promise.allSettled(Array.from({ length: 500 }, () => coalescer.append(someAppend())));
    fail(timedOut);
    const outcomes = await appends;
    expect(outcomes).toEqual(outcomes.map(() => ({ status: 'rejected', reason: timedOut })));
    expect([appendAlone.mock.calls.length, appendTogether.mock.calls.length]).toEqual([1, 0]);
    appendAlone.mockRejectedValueOnce(timedOut);
    await expect(coalescer.append(someAppend())).rejects.toBe(timedOut);
    expect(appendAlone).toHaveBeenCalledTimes(2);
  });

  it('refuses an append at once if too many appends are waiting', async () => {
    const { coalescer, fail } = silentDatabase({ maxWaiting: 3 });
    // One append is under way, and three wait.
    const taken = Promise.allSettled(Array.from({ length: 4 }, () => coalescer.append(someAppend())));
    await expect(coalescer.append(someAppend())).rejects.toThrow(AppendQueueFullError);
    fail(timedOut);
    await taken;
  });
});
