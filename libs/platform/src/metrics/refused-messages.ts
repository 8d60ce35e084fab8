import type { Metrics } from './metrics';

/**
 * Counts messages from the broker that had no effect, by kind and reason. Every reason starts at zero, because
 * Prometheus can't see an increase from nothing.
 */
export function refusedMessages<Reason extends string>(
  metrics: Metrics,
  kind: 'event' | 'command',
  reasons: readonly Reason[],
): (reason: Reason) => void {
  const refused = metrics.counter({
    name: 'tidemark_messages_refused_total',
    help: 'Messages from the broker that were ignored because their signature was missing or wrong',
    labelNames: ['kind', 'reason'],
  });
  reasons.forEach((reason) => refused.inc({ kind, reason }, 0));
  return (reason) => refused.inc({ kind, reason });
}
