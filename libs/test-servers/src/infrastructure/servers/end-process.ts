import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from './process-identity';

const pollIntervalMs = 50;
const stopWithinMs = 20_000;

/**
 * Ends a process that was started as a group leader, together with its child processes, and resolves when it has ended.
 * Sends SIGKILL after 20 s. Sends nothing if the process has ended, because another process may have its number by now.
 */
export async function endProcess(identity: ProcessIdentity, signal: NodeJS.Signals): Promise<void> {
  if (!isRunning(identity)) {
    return;
  }
  signalGroup(identity.pid, signal);
  const deadline = performance.now() + stopWithinMs;
  while (isRunning(identity)) {
    if (performance.now() > deadline) {
      signalGroup(identity.pid, 'SIGKILL');
    }
    await delay(pollIntervalMs);
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') {
      throw cause;
    }
  }
}
