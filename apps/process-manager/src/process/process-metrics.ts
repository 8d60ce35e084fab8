import { Injectable } from '@nestjs/common';
import { Fault } from '@tidemark/kernel';
import { PartitionConsumerGroup, PostgresParkedStore, type ConsumerHooks } from '@tidemark/messaging';
import { Metrics } from '@tidemark/platform';
import { ProcessReader, type InstanceStatus, type ProcessFigures } from '@tidemark/process-manager';
import { nestLogger } from './nest-logger';

const statuses: readonly InstanceStatus[] = ['RUNNING', 'COMPENSATING', 'FULFILLED', 'COMPENSATED', 'PARKED'];

/** Asked of the database when Prometheus asks, so that every replica shows the same. */
@Injectable()
export class ProcessMetrics {
  constructor(
    metrics: Metrics,
    reader: ProcessReader,
    consumers: PartitionConsumerGroup,
    store: PostgresParkedStore,
  ) {
    const logger = nestLogger(ProcessMetrics.name);
    const gauge = (name: string, help: string) => metrics.gauge({ name, help });
    const commands = gauge('tidemark_process_commands_outstanding', 'Commands that have no answer yet');
    const oldest = gauge(
      'tidemark_process_oldest_command_seconds',
      'Age of the oldest command without an answer',
    );
    const timers = gauge('tidemark_process_timers_due', 'Timers that should have fired');
    const show = (figures: ProcessFigures) => {
      for (const status of statuses) {
        instances.set({ status }, figures.instances[status] ?? 0);
      }
      commands.set(figures.outstandingCommands);
      oldest.set(figures.oldestCommandAgeSeconds);
      timers.set(figures.timersDue);
    };
    const instances = metrics.gauge({
      name: 'tidemark_process_instances',
      help: 'Fulfilments by their state',
      labelNames: ['status'],
      collect: async () => {
        try {
          show(await reader.figures());
        } catch (error) {
          [instances, commands, oldest, timers].forEach((figure) => figure.reset());
          logger.warn({ err: error }, 'could not count the fulfilments');
        }
      },
    });
    const parked = metrics.gauge({
      name: 'tidemark_process_parked_streams',
      help: 'Streams that wait for somebody to retry or discard an event that failed',
      labelNames: ['partition'],
      collect: async () => {
        parked.reset();
        try {
          (await store.counts()).forEach((counts, partition) => parked.set({ partition }, counts.parked));
        } catch (error) {
          logger.warn({ err: error }, 'could not count the parked streams');
        }
      },
    });
    const lag = metrics.gauge({
      name: 'tidemark_process_lag_events',
      help: 'Events of the log that the process has not reacted to yet',
      labelNames: ['partition'],
      collect: async () => {
        lag.reset();
        try {
          (await consumers.status()).forEach((status) =>
            lag.set({ partition: status.partition }, status.lag),
          );
        } catch (error) {
          logger.warn({ err: error }, 'could not measure the lag');
        }
      },
    });
  }
}

/** What the consumers of this replica do, as it happens. */
export function consumerMetrics(metrics: Metrics): ConsumerHooks {
  const applied = metrics.counter({
    name: 'tidemark_process_events_total',
    help: 'Events whose effect on the process is durable',
    labelNames: ['partition'],
  });
  const failures = metrics.counter({
    name: 'tidemark_process_failures_total',
    help: 'Batches that could not be applied, by the fault',
    labelNames: ['partition', 'code'],
  });
  return {
    onApplied: (partition, count) => applied.inc({ partition }, count),
    onFailed: (partition, error) =>
      failures.inc({ partition, code: error instanceof Fault ? error.code : 'unexpected' }),
  };
}
