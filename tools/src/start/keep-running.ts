import type { InstalledService } from '@tidemark/test-servers';

export interface KeepRunningOptions {
  readonly name: string;
  readonly service: InstalledService;
  /** Aborted when services are stopped on purpose. */
  readonly signal: AbortSignal;
  readonly print: (line: string) => void;
}

const mostRestarts = 5;
const withinMs = 60_000;

/**
 * Restarts a service whenever it has crashed or was killed, like an orchestrator. Resolves when the signal is aborted.
 *
 * @throws StartFailedError, PortTakenError @throws Error when the service has ended more than five times within a
 * minute
 */
export async function keepRunning({ name, service, signal, print }: KeepRunningOptions): Promise<void> {
  const endings: number[] = [];
  for (;;) {
    const how = await service.ended();
    if (signal.aborted) {
      return;
    }
    const now = performance.now();
    endings.push(now);
    if (endings.filter((at) => now - at < withinMs).length > mostRestarts) {
      throw new Error(`${name} keeps crashing (${how}); see ${service.logFile}`);
    }
    print(`${name} ended (${how}): restarting it`);
    await service.start();
    print(`${name} is running again, as process ${service.pid}`);
  }
}
