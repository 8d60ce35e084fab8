import { measure, type Contender } from './measure';

/** Rounds without time: one operation per worker and round. */
const options = { concurrency: 3, seconds: 0, rounds: 2, signal: new AbortController().signal };

function contender(name: string, log: string[]): Contender {
  return {
    name,
    operate: async () => {
      log.push(name);
    },
  };
}

describe('measure', () => {
  it('lets the contenders take turns, and drops the first round', async () => {
    const log: string[] = [];
    const measurements = await measure([contender('a', log), contender('b', log)], options);
    expect(log.join('')).toBe('aaabbb'.repeat(3));
    expect(measurements.map(({ rates }) => rates.length)).toEqual([2, 2]);
    expect(measurements.map(({ latenciesMs }) => latenciesMs.length)).toEqual([6, 6]);
  });

  it('lets a contender settle after each of its turns', async () => {
    const log: string[] = [];
    const settle = async () => {
      log.push('-');
    };
    await measure([{ ...contender('a', log), settle }, contender('b', log)], options);
    expect(log.join('')).toBe('aaa-bbb'.repeat(3));
  });

  it('divides the number of operations by the time that they took', async () => {
    let nowMs = 0;
    const clock = jest.spyOn(performance, 'now').mockImplementation(() => nowMs);
    const operate = async () => {
      nowMs += 30;
    };
    const measured = await measure([{ name: 'a', operate }], { ...options, concurrency: 1, seconds: 0.1 });
    clock.mockRestore();
    // The fourth operation begins at 90 ms and ends at 120.
    expect(measured).toEqual([
      { rates: [4 / 0.12, 4 / 0.12], latenciesMs: Array.from({ length: 8 }, () => 30) },
    ]);
  });

  it('fails with the error of a failed operation, after the other operations have ended', async () => {
    let calls = 0;
    let ended = 0;
    const operate = async () => {
      calls += 1;
      if (calls === 2) {
        throw new Error('no');
      }
      await new Promise(setImmediate);
      ended += 1;
    };
    await expect(measure([{ name: 'a', operate }], options)).rejects.toThrow('no');
    expect(ended).toBe(2);
  });

  it('ends when it is aborted, but not in the middle of an operation', async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const operate = async () => {
      controller.abort(new Error('enough'));
      await new Promise(setImmediate);
      log.push('ended');
    };
    const running = measure([{ name: 'a', operate }], { ...options, seconds: 60, signal: controller.signal });
    await expect(running).rejects.toThrow('enough');
    expect(log).toHaveLength(3);
  });
});
