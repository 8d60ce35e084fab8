import type { InstalledService } from '@tidemark/test-servers';
import { keepRunning } from './keep-running';

/** A service that ends a given number of times and then keeps running. */
function mortalService(endings: readonly string[]) {
  const left = [...endings];
  let finish = (_how: string): void => {};
  const service: InstalledService & { starts: number; finish(how: string): void } = {
    pid: 7,
    logFile: '/logs/some-service.log',
    starts: 0,
    kill: () => Promise.resolve(),
    start() {
      this.starts += 1;
      return Promise.resolve();
    },
    ended: () =>
      left.length > 0 ? Promise.resolve(left.shift()!) : new Promise((resolve) => (finish = resolve)),
    finish: (how) => finish(how),
  };
  return service;
}

describe('keepRunning', () => {
  let lines: string[];
  const print = (line: string): void => void lines.push(line);
  beforeEach(() => {
    lines = [];
  });

  it('restarts a killed service, and prints this', async () => {
    const stopping = new AbortController();
    const service = mortalService(['SIGKILL']);
    const kept = keepRunning({ name: 'some-service', service, signal: stopping.signal, print });
    await new Promise(setImmediate);
    stopping.abort();
    service.finish('exit code 0');
    await kept;
    expect(service.starts).toBe(1);
    expect(lines).toEqual([
      'some-service ended (SIGKILL): restarting it',
      'some-service is running again, as process 7',
    ]);
  });

  it('gives up a service that keeps ending', async () => {
    const service = mortalService(Array<string>(6).fill('exit code 1'));
    const kept = keepRunning({
      name: 'some-service',
      service,
      signal: new AbortController().signal,
      print,
    });
    await expect(kept).rejects.toThrow(
      'some-service keeps crashing (exit code 1); see /logs/some-service.log',
    );
    expect(service.starts).toBe(5);
  });

  it("fails with the reason if a service can't be restarted", async () => {
    const service = mortalService(['SIGKILL']);
    service.start = () => Promise.reject(new Error('port 1 is taken'));
    await expect(
      keepRunning({ name: 'some-service', service, signal: new AbortController().signal, print }),
    ).rejects.toThrow('port 1 is taken');
  });
});
