import { TokenWait, type Follower } from './token-wait';

const token = [{ partition: 1, position: 8 }];

/** Reaches nothing until its signal ends the wait. */
function stuck() {
  const waits: Promise<boolean>[] = [];
  const follower: Follower = {
    waitFor: (_, timeoutMs, signal) => {
      waits.push(
        timeoutMs === 0
          ? Promise.resolve(false)
          : new Promise((resolve) => signal.addEventListener('abort', () => resolve(false))),
      );
      return waits.at(-1)!;
    },
  };
  return { follower, waits };
}

describe('TokenWait', () => {
  it('refuses a token beyond the log at once, and ends the wait', async () => {
    const { follower, waits } = stuck();
    const tokens = new TokenWait({ isAnyBeyond: () => Promise.resolve(true) });
    expect(await tokens.for(token, follower, 60_000)).toBe('refused');
    expect(await Promise.all(waits)).toEqual([false, false]);
  });

  it('asks nothing of the log if the follower has reached the token', async () => {
    const isAnyBeyond = jest.fn(() => Promise.resolve(true));
    const follower = { waitFor: () => Promise.resolve(true) };
    expect(await new TokenWait({ isAnyBeyond }).for(token, follower, 60_000)).toBe('reached');
    expect(isAnyBeyond).not.toHaveBeenCalled();
  });

  it('goes on to wait if the log does not answer', async () => {
    const tokens = new TokenWait({ isAnyBeyond: () => Promise.reject(new Error('away')) });
    const follower: Follower = { waitFor: (_, timeoutMs) => Promise.resolve(timeoutMs > 0) };
    expect(await tokens.for(token, follower, 60_000)).toBe('reached');
  });

  it('ends a wait on a store that does not answer', async () => {
    jest.useFakeTimers();
    try {
      const { follower, waits } = stuck();
      const tokens = new TokenWait({ isAnyBeyond: () => Promise.resolve(false) });
      const outcome = tokens.for(token, follower, 60_000);
      await jest.advanceTimersByTimeAsync(61_000);
      expect(await outcome).toBe('behind');
      expect(await Promise.all(waits)).toEqual([false, false]);
    } finally {
      jest.useRealTimers();
    }
  });

  it("passes the follower's fault on", async () => {
    const fault = new Error('away');
    const tokens = new TokenWait({ isAnyBeyond: () => Promise.resolve(false) });
    await expect(tokens.for(token, { waitFor: () => Promise.reject(fault) }, 1_000)).rejects.toBe(fault);
  });
});
