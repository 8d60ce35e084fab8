import { eventually } from './eventually';

const quickly = { withinMs: 200, everyMs: 1 };

describe('eventually', () => {
  it('retries an assertion that throws, and resolves with its first result', async () => {
    let attempts = 0;
    const answer = await eventually(() => {
      attempts += 1;
      if (attempts < 3) {
        throw new Error('not yet');
      }
      return `after ${attempts}`;
    }, quickly);
    expect(answer).toBe('after 3');
  });

  it('retries a condition that is false', async () => {
    const answers = [false, false, true];
    await expect(eventually(() => Promise.resolve(answers.shift()!), quickly)).resolves.toBe(true);
  });

  it('rejects with the last failure', async () => {
    let attempts = 0;
    const failing = eventually(() => Promise.reject(new Error(`failure ${(attempts += 1)}`)), {
      withinMs: 20,
      everyMs: 1,
    });
    await expect(failing).rejects.toThrow(/^failure /);
    await expect(failing).rejects.toThrow(`failure ${attempts}`);
    expect(attempts).toBeGreaterThan(1);
  });

  it('rejects a condition that never holds', async () => {
    await expect(eventually(() => false, { withinMs: 5, everyMs: 1 })).rejects.toThrow('within 5 ms');
  });
});
