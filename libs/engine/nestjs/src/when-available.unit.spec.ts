import { Logger } from '@nestjs/common';
import { whenAvailable } from './when-available';

/** An attempt that fails with these errors, one after another, and then succeeds. */
function failing(...failures: Error[]) {
  return () => (failures.length > 0 ? Promise.reject(failures.shift()!) : Promise.resolve('there'));
}

const away = () => new Error('away');
const unmigrated = () => new Error('not migrated');

describe('whenAvailable', () => {
  const warn = jest.fn();
  beforeEach(() => {
    warn.mockReset();
    Logger.overrideLogger({ log: jest.fn(), error: jest.fn(), warn });
  });
  const options = { what: 'the log', isPassing: () => true, lookAgainMs: 1 };

  it('waits for the dependency, and logs each new reason', async () => {
    const attempt = failing(away(), away(), unmigrated(), unmigrated());
    expect(await whenAvailable(attempt, options)).toBe('there');
    expect(warn.mock.calls).toEqual([
      [{ err: away() }, 'waiting for the log', 'Start'],
      [{ err: unmigrated() }, 'waiting for the log', 'Start'],
    ]);
  });

  it("finds the reason in an error's causes and parts", async () => {
    const fault = (cause: Error) => new Error('unavailable', { cause });
    const refused = () => new AggregateError([away(), away()]);
    const attempt = failing(refused(), refused(), fault(away()), fault(unmigrated()));
    expect(await whenAvailable(attempt, options)).toBe('there');
    expect(warn).toHaveBeenCalledTimes(3);
  });

  it("does not wait after an error that can't pass", async () => {
    const refused = new Error('wrong password');
    const isPassing = (error: unknown) => error !== refused;
    await expect(whenAvailable(failing(away(), refused), { ...options, isPassing })).rejects.toBe(refused);
  });

  it('ends with the last reason after a time-out', async () => {
    const attempt = jest.fn(() => Promise.reject(away()));
    await expect(whenAvailable(attempt, { ...options, timeoutMs: 20 })).rejects.toEqual(away());
    expect(attempt.mock.calls.length).toBeGreaterThan(1);
  });
});
