const parentPollIntervalMs = 500;

/**
 * Aborted when this process is to stop: at Ctrl-C or SIGTERM, when its terminal is closed, or when the npm that it runs
 * under is gone, which can't pass on that it was killed. Later signals change nothing: npm passes on what the terminal
 * sends to everybody as well.
 */
export function untilInterrupted(environment: NodeJS.ProcessEnv = process.env): AbortSignal {
  const interruption = new AbortController();
  const stop = (): void => interruption.abort();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, stop);
  }
  // A terminal that was closed takes no more lines; that must not end us before the services.
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
