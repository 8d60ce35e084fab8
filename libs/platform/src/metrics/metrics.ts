import { Logger } from '@nestjs/common';
import {
  Counter,
  Gauge,
  Histogram,
  Registry,
  collectDefaultMetrics,
  type CounterConfiguration,
  type GaugeConfiguration,
  type HistogramConfiguration,
} from 'prom-client';

export interface PartitionGaugeConfiguration extends Pick<GaugeConfiguration<'partition'>, 'name' | 'help'> {
  /** By partition. */
  readonly measure: () => Promise<ReadonlyMap<number, number>>;
}

/** The metrics of one service, in a registry of its own. A second request for a name returns the same metric. */
export class Metrics {
  private readonly registry = new Registry();
  private readonly logger = new Logger(Metrics.name);

  constructor(service: string) {
    this.registry.setDefaultLabels({ service });
    collectDefaultMetrics({ register: this.registry });
  }

  counter<Label extends string>(configuration: CounterConfiguration<Label>): Counter<Label> {
    return this.metric(
      configuration.name,
      () => new Counter({ ...configuration, registers: [this.registry] }),
    );
  }

  gauge<Label extends string>(configuration: GaugeConfiguration<Label>): Gauge<Label> {
    return this.metric(configuration.name, () => new Gauge({ ...configuration, registers: [this.registry] }));
  }

  /**
   * A gauge with one value per partition, measured at each scrape. If the measurement fails, the gauge has no value,
   * since its last value may be wrong. All other metrics are still reported.
   */
  partitionGauge({ name, help, measure }: PartitionGaugeConfiguration): void {
    const gauge = this.gauge({
      name,
      help,
      labelNames: ['partition'],
      collect: async () => {
        gauge.reset();
        try {
          (await measure()).forEach((value, partition) => gauge.set({ partition }, value));
        } catch (error) {
          this.logger.warn({ err: error, metric: name }, 'could not measure a metric');
        }
      },
    });
  }

  histogram<Label extends string>(configuration: HistogramConfiguration<Label>): Histogram<Label> {
    return this.metric(
      configuration.name,
      () => new Histogram({ ...configuration, registers: [this.registry] }),
    );
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** All metrics in Prometheus's text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  private metric<Metric>(name: string, create: () => Metric): Metric {
    return (this.registry.getSingleMetric(name) as Metric | undefined) ?? create();
  }
}
