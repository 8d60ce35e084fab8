import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { PortTakenError, StartFailedError } from '../errors';
import { isFree } from '../free-port';
import { logSize, logTail } from '../log-tail';
import type { ProcessLedger } from './process-ledger';

export interface ServiceProcessOptions {
  readonly name: string;
  readonly mainFile: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Standard output and error are appended to it. */
  readonly logFile: string;
  readonly url: string;
  readonly adminUrl: string;
  readonly readyWithinMs: number;
  readonly stopWithinMs: number;
  /** Records the process as long as it runs. */
  readonly ledger: ProcessLedger;
}

const pollIntervalMs = 50;
const probeTimeoutMs = 2_000;
const logLines = 20;

// A service has its own process group. Without this, it would outlive a test that fails to stop it.
const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/** A service as a child process that can be killed and started again on the same ports. */
export class ServiceProcess {
  private child: ChildProcess | undefined;
  /** The offset in the log at which this start begins. */
  private logStart = 0;

  constructor(private readonly options: ServiceProcessOptions) {}

  get logFile(): string {
    return this.options.logFile;
  }

  /** Undefined while it does not run. */
  get pid(): number | undefined {
    return this.isRunning ? this.child?.pid : undefined;
  }

  /**
   * Starts the service and resolves when it answers 200 at `/health/ready`.
   *
   * @throws PortTakenError
   * @throws StartFailedError if it ends before it is ready, or is not ready in time. It is then stopped.
   */
  async start(): Promise<void> {
    if (this.isRunning) {
      throw new Error(`${this.options.name} is already running`);
    }
    await this.requireFreePorts();
    const { mainFile, environment, logFile, ledger } = this.options;
    this.logStart = await logSize(logFile);
    const log = openSync(logFile, 'a');
    // In a separate process group, the service does not get Ctrl-C from the terminal. Only the owner of the
    // installation gets it, and stops the services in order.
    const child = spawn(process.execPath, [mainFile], {
      env: environment,
      stdio: ['ignore', log, log],
      detached: true,
    });
    closeSync(log);
    this.child = child;
    const { pid } = child;
    if (pid !== undefined) {
      ledger.add(pid);
      child.once('exit', () => ledger.remove(pid));
    }
    await once(child, 'spawn');
    running.add(child);
    child.once('exit', () => running.delete(child));
    await this.ready(child);
  }

  /** @throws PortTakenError */
  async requireFreePorts(): Promise<void> {
    const { name, url, adminUrl } = this.options;
    for (const port of [url, adminUrl].map((address) => Number(new URL(address).port))) {
      if (!(await isFree(port))) {
        throw new PortTakenError(name, port);
      }
    }
  }

  /** Resolves when the current process has ended, with the way it ended: `SIGKILL`, `exit code 1`. */
  async ended(): Promise<string> {
    const child = this.child;
    if (child && this.isRunning) {
      await once(child, 'exit');
    }
    return howEnded(child);
  }

  /** Sends the signal and waits until the process has ended; after `stopWithinMs` it is sent SIGKILL. */
  async kill(signal: 'SIGTERM' | 'SIGKILL' = 'SIGKILL'): Promise<void> {
    const child = this.child;
    if (!child || !this.isRunning) {
      return;
    }
    const ended = once(child, 'exit');
    child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), this.options.stopWithinMs);
    await ended;
    clearTimeout(timer);
  }

  private get isRunning(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null;
  }

  private async ready(child: ChildProcess): Promise<void> {
    const { name, readyWithinMs, url, logFile } = this.options;
    const deadline = performance.now() + readyWithinMs;
    for (;;) {
      const isReady = await answersReady(url);
      if (child.exitCode !== null || child.signalCode !== null) {
        throw new StartFailedError(
          `${name} ended before it was ready (${howEnded(child)}); its log ends with\n` +
            (await logTail(logFile, logLines, this.logStart)),
        );
      }
      if (isReady) {
        return;
      }
      if (performance.now() > deadline) {
        await this.kill('SIGKILL');
        throw new StartFailedError(
          `${name} was not ready within ${readyWithinMs} ms; its log ends with\n` +
            (await logTail(logFile, logLines, this.logStart)),
        );
      }
      await delay(pollIntervalMs);
    }
  }
}

function howEnded(child: ChildProcess | undefined): string {
  return child?.signalCode ?? `exit code ${child?.exitCode}`;
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(probeTimeoutMs) });
    await response.arrayBuffer();
    return response.status === 200;
  } catch {
    return false;
  }
}
