import { Logger } from '@nestjs/common';
import { whenThere } from './when-there';

/** An attempt that fails with these errors, one after another, and then succeeds. */
function failing(...failures: Error[]) {
  return () => (failures.length > 0 ? Promise.reject(failures.shift()!) : Promise.resolve('there'));
}

const away = () => new Error('away');
const unmigrated = () => new Error('not migrated');

describe('whenThere', () => {
  let warn: jest.SpyInstance;
  beforeEach(() => {
    warn = jest.spyOn(Logger.prototype, 'warn').mockImplementation();
  });
  afterEach(() => warn.mockRestore());
  const options = { what: 'the log', isPassing: () => true, lookAgainMs: 1 };

  it('waits for the dependency, and logs each new reason', async () => {
    const attempt = failing(away(), away(), unmigrated(), unmigrated());
    expect(await whenThere(attempt, options)).toBe('there');
    expect(warn.mock.calls).toEqual([
      [{ err: away() }, 'waiting for the log'],
      [{ err: unmigrated() }, 'waiting for the log'],
    ]);
  });

  it("finds the reason in an error's causes and parts", async () => {
    const fault = (cause: Error) => new Error('unavailable', { cause });
    const refused = () => new AggregateError([away(), away()]);
    const attempt = failing(refused(), refused(), fault(away()), fault(unmigrated()));
    expect(await whenThere(attempt, options)).toBe('there');
    expect(warn).toHaveBeenCalledTimes(3);
  });

  it("does not wait after an error that can't pass", async () => {
    const refused = new Error('wrong password');
    const isPassing = (error: unknown) => error !== refused;
    await expect(whenThere(failing(away(), refused), { ...options, isPassing })).rejects.toBe(refused);
  });
});
