import * as fc from 'fast-check';
import { backoffMs, doneWithin, pause, Retries } from './backoff';

describe('backoffMs', () => {
  it('doubles its ceiling up to the cap, and never goes below half of the ceiling', () => {
    const options = { minBackoffMs: 100, maxBackoffMs: 1_000 };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (attempt) => {
        const ceiling = Math.min(1_000, 100 * 2 ** (attempt - 1));
        const delayMs = backoffMs(attempt, options);
        expect(delayMs).toBeLessThanOrEqual(ceiling);
        expect(delayMs).toBeGreaterThanOrEqual(ceiling / 2);
      }),
    );
  });
});

describe('Retries', () => {
  const options = { minBackoffMs: 100, maxBackoffMs: 10_000 };

  it('wait longer after each early failure, and start over once the part has worked for the longest wait', () => {
    const clock = jest.spyOn(performance, 'now');
    const retries = new Retries(options);
    const failAfter = (workedForMs: number) => {
      clock.mockReturnValue(0);
      retries.succeeded();
      clock.mockReturnValue(workedForMs);
      return retries.failed();
    };
    expect(failAfter(9_999)).toBeLessThanOrEqual(100);
    expect(failAfter(9_999)).toBeGreaterThanOrEqual(100);
    expect(failAfter(9_999)).toBeGreaterThanOrEqual(200);
    expect(retries.failures).toBe(3);
    expect(failAfter(10_000)).toBeLessThanOrEqual(100);
    expect(retries.failures).toBe(1);
    clock.mockRestore();
  });
});

describe('pause', () => {
  it('ends when its signal aborts, and at once if the signal was aborted before', async () => {
    const signal = new AbortController();
    const pausing = pause(3_600_000, signal.signal);
    signal.abort();
    await pausing;
    await pause(3_600_000, signal.signal);
  });
});

describe('doneWithin', () => {
  it('tells whether the work was done in time', async () => {
    expect(await doneWithin(3_600_000, Promise.resolve())).toBe(true);
    expect(await doneWithin(1, new Promise(() => {}))).toBe(false);
  });

  it('passes a failure on', async () => {
    await expect(doneWithin(3_600_000, Promise.reject(new Error('broken')))).rejects.toThrow('broken');
  });
});
