import { Injectable } from '@nestjs/common';
import { PartitionConsumerGroup } from '@tidemark/messaging';
import { Metrics } from '@tidemark/platform';
import { ProcessReader, unfinishedStatuses, type ProcessFigures } from '@tidemark/process-manager';
import { stateOf } from '../fulfilments/fulfilment-state';
import { nestLogger } from './nest-logger';

/** Asked of the database when Prometheus asks, so that every replica shows the same. */
@Injectable()
export class ProcessMetrics {
  constructor(metrics: Metrics, reader: ProcessReader, consumers: PartitionConsumerGroup) {
    const logger = nestLogger(ProcessMetrics.name);
    const gauge = (name: string, help: string) => metrics.gauge({ name, help });
    const commands = gauge('tidemark_process_commands_outstanding', 'Commands that have no answer yet');
    const oldest = gauge(
      'tidemark_process_oldest_command_seconds',
      'Age of the oldest command without an answer',
    );
    const timers = gauge('tidemark_process_timers_due', 'Timers that should have fired');
    const ages = metrics.gauge({
      name: 'tidemark_process_oldest_instance_seconds',
      help: 'Age of the oldest fulfilment in this state, since its first event; 0 when there is none',
      labelNames: ['status'],
    });
    const show = (figures: ProcessFigures) => {
      for (const unfinished of unfinishedStatuses) {
        const { count = 0, oldestAgeSeconds = 0 } = figures.unfinished[unfinished] ?? {};
        const status = stateOf[unfinished];
        instances.set({ status }, count);
        ages.set({ status }, oldestAgeSeconds);
      }
      commands.set(figures.outstandingCommands);
      oldest.set(figures.oldestCommandAgeSeconds);
      timers.set(figures.timersDue);
    };
    const instances = metrics.gauge({
      name: 'tidemark_process_instances',
      help: 'Fulfilments that have not ended, by their state',
      labelNames: ['status'],
      collect: async () => {
        try {
          show(await reader.figures());
        } catch (error) {
          [instances, ages, commands, oldest, timers].forEach((figure) => figure.reset());
          logger.warn({ err: error }, 'could not count the fulfilments');
        }
      },
    });
    metrics.partitionGauge({
      name: 'tidemark_process_parked_streams',
      help: 'Streams that wait for somebody to retry or discard an event that failed',
      measure: () => consumers.parkedStreams(),
    });
    metrics.partitionGauge({
      name: 'tidemark_process_lag_events',
      help: 'Events of the log that the process has not reacted to yet',
      measure: () => consumers.lags(),
    });
    metrics.partitionGauge({
      name: 'tidemark_process_lag_seconds',
      help: 'For how long the oldest event that the process has not reacted to yet has been in the log',
      measure: () => consumers.lagAges(),
    });
  }
}
