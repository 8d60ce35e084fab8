import type { OutboxRelay, RelayHooks } from '@tidemark/messaging';
import type { Metrics } from '@tidemark/platform';

export function relayMetrics(metrics: Metrics): RelayHooks {
  const published = metrics.counter({
    name: 'tidemark_relay_published_total',
    help: 'Events that the broker confirmed to this replica',
    labelNames: ['partition'],
  });
  const failures = metrics.counter({
    name: 'tidemark_relay_failures_total',
    help: 'Windows of events that could not be published',
    labelNames: ['partition'],
  });
  return {
    onPublished: (partition, count) => published.inc({ partition }, count),
    onFailed: (partition) => failures.inc({ partition }),
  };
}

/** Looked up when it is asked for. Of the whole installation, so every replica reports the same: take the maximum. */
export function reportBacklog(relay: OutboxRelay, metrics: Metrics): void {
  metrics.gauge({
    name: 'tidemark_relay_backlog',
    help: 'Events in the log that are not published yet',
    labelNames: ['partition'],
    async collect() {
      // Without a database there is no figure, and the other metrics are wanted all the more.
      this.reset();
      const status = await relay.status().catch(() => []);
      status.forEach(({ partition, backlog }) => this.set({ partition }, backlog));
    },
  });
}
