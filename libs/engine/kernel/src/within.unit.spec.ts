import { within } from './within';

const late = () => new Error('too late');

describe('within', () => {
  it('settles like work that ends in time', async () => {
    expect(await within(1_000, Promise.resolve(1), late)).toBe(1);
    await expect(within(1_000, Promise.reject(new Error('broken')), late)).rejects.toThrow('broken');
  });

  it('rejects after the time-out, whether or not the work fails later', async () => {
    let fail: (error: Error) => void = () => undefined;
    const work = new Promise<never>((_, reject) => (fail = reject));
    await expect(within(5, work, late)).rejects.toThrow('too late');
    fail(new Error('nobody hears it'));
  });
});
