import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LockTimeoutError } from '../errors';
import { identifyProcess, isRunning, type ProcessIdentity } from './servers/process-identity';

export interface LockOptions {
  /** Default 300 000: a first start may have to fetch an image. */
  readonly timeoutMs?: number;
}

const pollIntervalMs = 100;

/**
 * Runs `work` while no other process holds the lock file. The lock of a killed process counts as free.
 *
 * @throws LockTimeoutError
 */
export async function withLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { timeoutMs = 300_000 }: LockOptions = {},
): Promise<Result> {
  const deadline = performance.now() + timeoutMs;
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(draft, JSON.stringify(identifyProcess(process.pid)));
  try {
    while (!(await tryLink(draft, path))) {
      await removeIfAbandoned(path, `${draft}.abandoned`);
      if (performance.now() > deadline) {
        throw new LockTimeoutError(`${path} is held by another process: ${await readFile(path, 'utf8')}`);
      }
      await delay(pollIntervalMs);
    }
  } finally {
    await rm(draft);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

/** A link appears together with its content, and fails if the file already exists. */
async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') {
      return false;
    }
    throw cause;
  }
}

async function removeIfAbandoned(path: string, aside: string): Promise<void> {
  if (!(await isAbandoned(path))) {
    return;
  }
  // Another process may have done the same and hold the lock by now. Then the moved file is put back.
  await rename(path, aside).catch(() => {});
  if (!(await isAbandoned(aside))) {
    await tryLink(aside, path).catch(() => {});
  }
  await rm(aside, { force: true });
}

async function isAbandoned(path: string): Promise<boolean> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  return text !== undefined && !isRunning(JSON.parse(text) as ProcessIdentity);
}
