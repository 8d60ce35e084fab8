import { Fault } from '@tidemark/kernel';
import { messageRefusals, type ConsumerHooks } from '@tidemark/messaging';
import { refusedMessages, type Metrics } from '@tidemark/platform';
import type { EngineHooks } from '@tidemark/process-manager';
import { stateOf } from '../fulfilments/fulfilment-state';
import { fulfilmentDeadlines } from '../order-fulfilment/fulfilment-event';

/** The metrics of this replica's consumers. */
export function consumerMetrics(metrics: Metrics): ConsumerHooks {
  const applied = metrics.counter({
    name: 'tidemark_process_events_total',
    help: 'Events whose effect on the process is durable',
    labelNames: ['partition'],
  });
  const failures = metrics.counter({
    name: 'tidemark_process_failures_total',
    help: 'Batches that could not be applied, by error code',
    labelNames: ['partition', 'code'],
  });
  return {
    onApplied: (partition, count) => applied.inc({ partition }, count),
    onFailed: (partition, error) =>
      failures.inc({ partition, code: error instanceof Fault ? error.code : 'unexpected' }),
    onRefused: refusedMessages(metrics, 'event', messageRefusals),
  };
}

/** Metrics of the fulfilments that this replica processes. */
export function engineMetrics(metrics: Metrics): EngineHooks {
  const ended = metrics.counter({
    name: 'tidemark_process_ended_total',
    help: 'Fulfilments that have ended, by outcome',
    labelNames: ['status'],
  });
  const missed = metrics.counter({
    name: 'tidemark_process_deadlines_missed_total',
    help: 'Waits that passed their deadline: for a payment, a dispatch, or the answer to a command',
    labelNames: ['deadline'],
  });
  // Creates the series at the start, because a rate needs the zero before the first increase.
  [...Object.values(fulfilmentDeadlines), 'answer'].forEach((deadline) => missed.inc({ deadline }, 0));
  return {
    onEnded: (status) => ended.inc({ status: stateOf[status] }),
    onTimer: (name) => {
      const deadline = fulfilmentDeadlines[name];
      if (deadline !== undefined) {
        missed.inc({ deadline });
      }
    },
    onUnanswered: (commands) => missed.inc({ deadline: 'answer' }, commands),
  };
}
