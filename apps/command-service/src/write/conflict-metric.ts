import type { Metrics } from '@tidemark/platform';

/** Called for each conflict. */
export function conflictMetric(metrics: Metrics): (streamType: string) => void {
  const conflicts = metrics.counter({
    name: 'tidemark_append_conflicts_total',
    help: 'Appends that conflicted with another append to the same stream, so that the command was decided again',
    labelNames: ['stream_type'],
  });
  return (streamType) => conflicts.inc({ stream_type: streamType });
}
