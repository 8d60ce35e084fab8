import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LockTimeoutError } from '../errors';
import { identifyProcess, isRunning } from './servers/process-identity';
import { withLock } from './with-lock';

describe('withLock', () => {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tidemark-lock-'));
    path = join(folder, 'lock');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('lets one caller in at a time, and leaves no file', async () => {
    let inside = 0;
    let most = 0;
    const enter = () =>
      withLock(path, async () => {
        most = Math.max(most, (inside += 1));
        await new Promise(setImmediate);
        inside -= 1;
      });
    await Promise.all([enter(), enter(), enter()]);
    expect(most).toBe(1);
    await expect(readdir(folder)).resolves.toEqual([]);
  });

  it('releases the lock when the work fails', async () => {
    await expect(withLock(path, () => Promise.reject(new Error('broken')))).rejects.toThrow('broken');
    await expect(withLock(path, () => Promise.resolve('next'))).resolves.toBe('next');
  });

  it('takes the lock from a holder that has ended', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await writeFile(path, JSON.stringify({ pid, startedAt: 'long ago' }));
    await expect(withLock(path, () => Promise.resolve('mine'))).resolves.toBe('mine');
  });

  it('gives up after the time-out if the holder is alive', async () => {
    await writeFile(path, JSON.stringify(identifyProcess(process.pid)));
    await expect(withLock(path, () => Promise.resolve(), { timeoutMs: 10 })).rejects.toThrow(
      LockTimeoutError,
    );
  });
});

describe('identifyProcess', () => {
  it('distinguishes a process from a later process with the same number', () => {
    const me = identifyProcess(process.pid)!;
    expect(isRunning(me)).toBe(true);
    expect(isRunning({ ...me, startedAt: 'another time' })).toBe(false);
  });

  it('knows that a process has ended', () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    expect(identifyProcess(pid)).toBeUndefined();
  });
});
