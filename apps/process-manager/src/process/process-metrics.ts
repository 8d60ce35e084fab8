import { Injectable } from '@nestjs/common';
import { ConsumerGroup, scopedLogger } from '@tidemark/messaging';
import { Metrics } from '@tidemark/platform';
import { ProcessReader, unfinishedStatuses, type ProcessFigures } from '@tidemark/process-manager';
import { stateOf } from '../fulfilments/fulfilment-state';

/** Reads its values from the database at each scrape, so that every replica reports the same values. */
@Injectable()
export class ProcessMetrics {
  constructor(metrics: Metrics, reader: ProcessReader, consumers: ConsumerGroup) {
    const logger = scopedLogger(ProcessMetrics.name);
    const gauge = (name: string, help: string) => metrics.gauge({ name, help });
    const commands = gauge(
      'tidemark_process_commands_outstanding',
      'Commands that have not been answered yet',
    );
    const oldest = gauge(
      'tidemark_process_oldest_command_seconds',
      'Age of the oldest command without an answer',
    );
    const timers = gauge(
      'tidemark_process_timers_due',
      'Timers whose deadline has passed and that have not fired yet',
    );
    const ages = metrics.gauge({
      name: 'tidemark_process_oldest_instance_seconds',
      help: 'Time since the first event of the oldest fulfilment in this state; 0 when there is none',
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
      help: 'Fulfilments that have not ended, by state',
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
      help: 'Parked streams, each waiting for an operator to retry or discard an event',
      measure: () => consumers.parkedStreams(),
    });
    metrics.partitionGauge({
      name: 'tidemark_process_lag_events',
      help: 'Events in the log that the process has not reacted to yet',
      measure: () => consumers.lags(),
    });
    metrics.partitionGauge({
      name: 'tidemark_process_lag_seconds',
      help: 'Age of the oldest event in the log that the process has not reacted to yet',
      measure: () => consumers.lagAges(),
    });
  }
}
