const parentPollIntervalMs = 500;

/**
 * A signal that is aborted when this process must stop: at Ctrl-C or SIGTERM, when its terminal is closed, or when its
 * parent npm was killed, since a killed npm forwards no signal. Later signals change nothing, because npm also forwards
 * the signals that the terminal sends to the whole group.
 */
export function untilInterrupted(environment: NodeJS.ProcessEnv = process.env): AbortSignal {
  const interruption = new AbortController();
  const stop = (): void => interruption.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, stop);
  }
  // Writing to a closed terminal fails, which must not end this process before the services.
  process.stdout.on('error', () => {});
  process.stderr.on('error', () => {});
  if (environment.npm_lifecycle_event !== undefined) {
    const npm = process.ppid;
    setInterval(() => {
      if (process.ppid !== npm) {
        stop();
      }
    }, parentPollIntervalMs).unref();
  }
  return interruption.signal;
}
