import { backlogAges, type LogReader, type RelayGroup, type RelayHooks } from '@tidemark/messaging';
import type { Metrics } from '@tidemark/platform';

export function relayMetrics(metrics: Metrics): RelayHooks {
  const published = metrics.counter({
    name: 'tidemark_relay_published_total',
    help: 'Events that the broker confirmed to this replica',
    labelNames: ['partition'],
  });
  const failures = metrics.counter({
    name: 'tidemark_relay_failures_total',
    help: 'Windows of events that the relay could not publish',
    labelNames: ['partition'],
  });
  return {
    onPublished: (partition, count) => published.inc({ partition }, count),
    onFailed: (partition) => failures.inc({ partition }),
  };
}

/** Describes the whole installation, so every replica reports the same values: aggregate with the maximum. */
export function reportBacklog(relay: RelayGroup, log: LogReader, metrics: Metrics): void {
  metrics.partitionGauge({
    name: 'tidemark_relay_backlog',
    help: 'Events in the log that the relay has not published yet',
    measure: async () =>
      new Map((await relay.status()).map(({ partition, backlog }) => [partition, backlog])),
  });
  metrics.partitionGauge({
    name: 'tidemark_relay_backlog_age_seconds',
    help: 'Age of the oldest event in the log that the relay has not published yet',
    measure: () => unpublishedFor(relay, log),
  });
}

async function unpublishedFor(relay: RelayGroup, log: LogReader): Promise<ReadonlyMap<number, number>> {
  const status = await relay.status();
  return backlogAges(
    log,
    status.map(({ partition, head, published }) => ({ partition, head, position: published })),
  );
}
