import { Fault } from '@tidemark/kernel';
import { scopedLogger, type CommandHooks, type ConsumerHooks, type RelayHooks } from '@tidemark/messaging';
import type { Counter, Gauge, Histogram, Metric, Registry } from 'prom-client';

/** Returns one figure for each partition of the installation. */
export type Measure = () => Promise<ReadonlyMap<number, number>>;

/** Counts what happens, and measures the progress of the parts. */
export interface Metering {
  conflict(streamType: string): void;
  consumers(group: string): ConsumerHooks;
  readonly relay: RelayHooks;
  readonly commands: CommandHooks;
  /** Measures at each scrape. Every process of the installation reports the same values. */
  measure(
    name: 'lag_events' | 'parked_streams' | 'relay_backlog_events',
    group: string,
    measure: Measure,
  ): void;
  /**
   * Removes the metrics from the registry, because they would read from parts that are closed. A second call does
   * nothing.
   */
  close(): Promise<void>;
}

const none: Metering = {
  conflict: () => {},
  consumers: () => ({}),
  relay: {},
  commands: {},
  measure: () => {},
  close: () => Promise.resolve(),
};

const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Registers the metrics. Without a registry, nothing is counted, and `prom-client` need not be installed. */
export async function openMetering(registry: Registry | undefined): Promise<Metering> {
  return registry ? new RegistryMetering(registry, await import('prom-client')) : none;
}

type PromClient = Pick<typeof import('prom-client'), 'Counter' | 'Gauge' | 'Histogram'>;

const measured = {
  lag_events: 'Events in the log that the group has not processed yet',
  parked_streams: 'Parked streams of the group, each waiting for an operator to retry or discard an event',
  relay_backlog_events: 'Events in the log that are not published yet',
} as const;

class RegistryMetering implements Metering {
  readonly relay: RelayHooks;
  readonly commands: CommandHooks;
  private readonly metrics: string[] = [];
  private readonly conflicts: Counter;
  private readonly applied: Counter;
  private readonly failures: Counter;
  private readonly batches: Histogram;
  private readonly gauges: ReadonlyMap<string, Gauge>;
  private readonly measures: { readonly name: string; readonly group: string; readonly measure: Measure }[] =
    [];

  constructor(
    private readonly registry: Registry,
    { Counter, Gauge, Histogram }: PromClient,
  ) {
    const registers = [registry];
    const counter = (name: string, help: string, labelNames: string[]) =>
      this.known(new Counter({ name: `tidemark_${name}`, help, labelNames, registers }), name);
    const histogram = (name: string, help: string, labelNames: string[]) =>
      this.known(new Histogram({ name: `tidemark_${name}`, help, labelNames, buckets, registers }), name);
    this.conflicts = counter('append_conflicts_total', 'Commands that were decided again after a conflict', [
      'stream_type',
    ]);
    this.applied = counter('consumer_events_total', 'Events whose effect is durable', ['group']);
    this.failures = counter('consumer_failures_total', 'Batches that failed, by error code', [
      'group',
      'code',
    ]);
    this.batches = histogram('consumer_batch_seconds', 'Time from receiving a batch to its durable effect', [
      'group',
    ]);
    const published = counter(
      'relay_published_total',
      'Events that the broker confirmed to this process',
      [],
    );
    this.relay = { onPublished: (_partition, count) => published.inc(count) };
    const duration = histogram(
      'command_seconds',
      'Time from the first attempt at a command to the end of the last',
      ['command', 'outcome'],
    );
    const failed = counter('command_failures_total', 'Failed attempts at commands of processes', ['command']);
    this.commands = {
      onFinished: (command, outcome, _attempts, ms) => duration.observe({ command, outcome }, ms / 1_000),
      onFailed: (command) => failed.inc({ command }),
    };
    this.gauges = new Map(
      Object.entries(measured).map(([name, help]) => [
        name,
        this.known(
          new Gauge({
            name: `tidemark_${name}`,
            help,
            labelNames: ['group', 'partition'],
            registers,
            collect: () => this.collect(name),
          }),
          name,
        ),
      ]),
    );
  }

  conflict(streamType: string): void {
    this.conflicts.inc({ stream_type: streamType });
  }

  consumers(group: string): ConsumerHooks {
    return {
      onApplied: (_partition, count, ms) => {
        this.applied.inc({ group }, count);
        this.batches.observe({ group }, ms / 1_000);
      },
      onFailed: (_partition, error) =>
        this.failures.inc({ group, code: error instanceof Fault ? error.code : 'unexpected' }),
    };
  }

  measure(name: keyof typeof measured, group: string, measure: Measure): void {
    this.measures.push({ name, group, measure });
  }

  close(): Promise<void> {
    this.metrics.forEach((name) => this.registry.removeSingleMetric(name));
    return Promise.resolve();
  }

  /** A figure that can't be measured is left out. */
  private async collect(name: string): Promise<void> {
    const gauge = this.gauges.get(name)!;
    gauge.reset();
    for (const { group, measure } of this.measures.filter((one) => one.name === name)) {
      try {
        for (const [partition, value] of await measure()) {
          gauge.set({ group, partition }, value);
        }
      } catch (error) {
        scopedLogger('Tidemark').warn({ err: error, group, metric: name }, 'could not measure');
      }
    }
  }

  private known<One extends Metric>(metric: One, name: string): One {
    this.metrics.push(`tidemark_${name}`);
    return metric;
  }
}
