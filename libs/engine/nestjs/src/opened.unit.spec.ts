import { Logger } from '@nestjs/common';
import { DocumentStoreUnavailableError, isReadStoreNotReady } from '@tidemark/projections';
import { Opened } from './opened';
import type { OpenPart } from './part';
import { whenAvailable } from './when-available';

const wait: typeof whenAvailable = (attempt, options) =>
  whenAvailable(attempt, { ...options, lookAgainMs: 1 });

/** Two parts, of which the second has to be prepared, and what happens to them. */
function partsWith(attempt: () => Promise<void>) {
  const happened: string[] = [];
  const part = (name: string, preparation?: OpenPart['preparation']): OpenPart => {
    const note = (what: string) => () => Promise.resolve(void happened.push(`${what} ${name}`));
    return {
      checks: [{ name, check: () => Promise.resolve() }],
      start: () => void happened.push(`start ${name}`),
      stop: note('stop'),
      close: note('close'),
      ...(preparation && { preparation }),
    };
  };
  const opened = new Opened();
  opened.add({ close: () => Promise.resolve(happened.push('close log')) });
  opened.addPart(part('broker'));
  opened.addPart(part('consumers', { what: 'the read store', attempt, isPassing: isReadStoreNotReady }));
  return { opened, happened };
}

describe('Opened', () => {
  beforeEach(() => Logger.overrideLogger(false));

  it('starts everything once the store is there, and closes in the opposite order', async () => {
    const attempt = jest
      .fn(() => Promise.resolve())
      .mockRejectedValueOnce(new DocumentStoreUnavailableError(new Error('lost')))
      .mockRejectedValueOnce(new DocumentStoreUnavailableError(new Error('lost')));
    const { opened, happened } = partsWith(attempt);
    await opened.prepare(wait);
    expect(attempt).toHaveBeenCalledTimes(3);
    expect(happened).toEqual([]);
    opened.start();
    await opened.stop();
    await opened.close();
    expect(happened).toEqual([
      ...['start broker', 'start consumers'],
      ...['stop broker', 'stop consumers'],
      ...['close consumers', 'close broker', 'close log'],
    ]);
    expect(opened.checks).toEqual([]);
  });

  it('ends when the store refuses', async () => {
    const refused = new Error('not authorized');
    const { opened } = partsWith(() => Promise.reject(refused));
    await expect(opened.prepare(wait)).rejects.toBe(refused);
    expect(opened.checks.map(({ name }) => name)).toEqual(['broker', 'consumers']);
  });
});
