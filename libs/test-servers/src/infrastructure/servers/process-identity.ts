import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A process number with its start time, because the number alone may have been reused. */
export interface ProcessIdentity {
  readonly pid: number;
  /** An opaque text, only for comparison. */
  readonly startedAt: string;
}

/** Undefined if the process does not exist, or is a zombie. */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  const startedAt = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
  return startedAt === undefined ? undefined : { pid, startedAt };
}

export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  return identifyProcess(pid)?.startedAt === startedAt;
}

/**
 * Reads the start time from `/proc`, since slim images have no `ps`. Ticks count from the boot, so the boot's id is
 * part of it.
 */
function startOnLinux(pid: number): string | undefined {
  const stat = readOrUndefined(`/proc/${pid}/stat`);
  if (stat === undefined) {
    return undefined;
  }
  // The second field, the program's name, is in parentheses and may contain anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const state = fields[0];
  const startTicks = fields[19];
  if (state === 'Z' || state === 'X') {
    return undefined;
  }
  return `${readOrUndefined('/proc/sys/kernel/random/boot_id')?.trim()}:${startTicks}`;
}

function startByPs(pid: number): string | undefined {
  const { status, stdout } = spawnSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], {
    encoding: 'utf8',
  });
  const [, state, start] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout ?? '') ?? [];
  return status === 0 && !state?.startsWith('Z') ? start : undefined;
}

function readOrUndefined(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
