import { messageRefusals, type CommandHooks } from '@tidemark/messaging';
import { refusedMessages, type Metrics } from '@tidemark/platform';

/** The metrics of commands that processes send. */
export function commandMetrics(metrics: Metrics): CommandHooks {
  const durationSeconds = metrics.histogram({
    name: 'tidemark_command_duration_seconds',
    help: 'Time from the first attempt at a command of a process to the end of the last',
    labelNames: ['command', 'outcome'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const failures = metrics.counter({
    name: 'tidemark_command_failures_total',
    help: 'Failed attempts at commands of processes',
    labelNames: ['command'],
  });
  return {
    onFinished: (command, outcome, _attempts, durationMs) =>
      durationSeconds.observe({ command, outcome }, durationMs / 1_000),
    onFailed: (command) => failures.inc({ command }),
    onRefused: refusedMessages(metrics, 'command', messageRefusals),
  };
}
