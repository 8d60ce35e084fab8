import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, type ProcessIdentity } from './process-identity';

const pollIntervalMs = 50;
const stopWithinMs = 20_000;

/**
 * Ends a process that was started as the leader of a group, and what it started itself with it; resolves when it has
 * ended. After 20 s it is sent SIGKILL. A process that has ended, whose number another one may have by now, is left alone.
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
