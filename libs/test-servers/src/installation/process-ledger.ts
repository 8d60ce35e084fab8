import { randomBytes } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { endProcess } from '../infrastructure/servers/end-process';
import { identifyProcess, isRunning, type ProcessIdentity } from '../infrastructure/servers/process-identity';

interface LedgerFile {
  readonly owner: ProcessIdentity;
  readonly processes: readonly ProcessIdentity[];
}

/**
 * The child processes that this process has not stopped yet, in a file below `folder`. If this process is killed,
 * `endLeftOvers` of the next process stops them.
 */
export class ProcessLedger {
  private readonly file: string;
  private readonly processes = new Map<number, ProcessIdentity>();

  constructor(private readonly folder: string) {
    this.file = join(folder, `${process.pid}-${randomBytes(3).toString('hex')}.json`);
  }

  /** Synchronous, to keep the time between a process's start and its entry short. */
  add(pid: number): void {
    const identity = identifyProcess(pid);
    if (identity) {
      this.processes.set(pid, identity);
      this.write();
    }
  }

  remove(pid: number): void {
    if (this.processes.delete(pid)) {
      this.write();
    }
  }

  /** Writes to another file and renames it, so that a reader never sees a partial file. */
  private write(): void {
    if (this.processes.size === 0) {
      rmSync(this.file, { force: true });
      return;
    }
    const content: LedgerFile = {
      owner: identifyProcess(process.pid)!,
      processes: [...this.processes.values()],
    };
    mkdirSync(this.folder, { recursive: true });
    writeFileSync(`${this.file}.new`, JSON.stringify(content));
    renameSync(`${this.file}.new`, this.file);
  }
}

/** Stops the services that killed processes left running, and returns their number. */
export async function endLeftOvers(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const ended = await Promise.all(
    // Servers of another user in a shared checkout are left alone.
    names.filter((name) => name.endsWith('.json')).map((name) => settle(join(folder, name)).catch(() => 0)),
  );
  return ended.reduce((sum, count) => sum + count, 0);
}

async function settle(file: string): Promise<number> {
  const { owner, processes } = JSON.parse(await readFile(file, 'utf8')) as LedgerFile;
  if (isRunning(owner)) {
    return 0;
  }
  const leftOvers = processes.filter(isRunning);
  await Promise.all(leftOvers.map((identity) => endProcess(identity, 'SIGTERM')));
  await rm(file, { force: true });
  return leftOvers.length;
}
