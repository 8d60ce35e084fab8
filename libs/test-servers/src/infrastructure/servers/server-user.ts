import { createHash } from 'node:crypto';
import { chown, lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CommandRunner } from '../run-command';

export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * If this process is root, the user that must run Postgres, because Postgres refuses to run as root: `postgres`, or
 * `nobody`. Undefined if this process is not root: then Postgres runs as the same user.
 */
export async function serverUser(run: CommandRunner): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) {
    return undefined;
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    if (uid.exitCode === 0 && gid.exitCode === 0) {
      return { name, uid: Number(uid.stdout), gid: Number(gid.stdout) };
    }
  }
  throw new Error('the server refuses to run as root, and there is no user postgres or nobody to run it as');
}

/** Whether a user may enter a folder. A checkout below `/root` is closed to other users. */
export async function canEnter(
  user: ServerUser | undefined,
  folder: string,
  run: CommandRunner,
): Promise<boolean> {
  if (!user) {
    return true;
  }
  const { exitCode } = await run('/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder], {
    uid: user.uid,
    gid: user.gid,
    cwd: '/',
  });
  return exitCode === 0;
}

/** The folder itself if the user may enter it; if not, a replacement outside of the checkout. */
export async function folderFor(
  user: ServerUser | undefined,
  folder: string,
  run: CommandRunner,
): Promise<string> {
  if (!user || (await canEnter(user, folder, run))) {
    return folder;
  }
  const digest = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  const outside = join(tmpdir(), `tidemark-${digest}`);
  try {
    await mkdir(outside, { mode: 0o700 });
    await chown(outside, user.uid, user.gid);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') {
      throw cause;
    }
  }
  // Another user may have created a folder or link with that name in a shared place.
  const found = await lstat(outside);
  if (!found.isDirectory() || found.uid !== user.uid) {
    throw new Error(`${outside} exists but does not belong to ${user.name}`);
  }
  return outside;
}
