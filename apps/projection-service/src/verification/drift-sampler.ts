import { Inject, Injectable, Logger } from '@nestjs/common';
import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProjectionServiceConfig } from '../config';
import { PARTITION_COUNT } from '../event-log/partition-count';
import { projections } from '../projections';
import { DriftMetrics } from './drift-metrics';
import { Verifiers } from './verifiers';

/** How much is sampled, and how often: a `ProjectionServiceConfig['generations']`. */
export const SAMPLING = Symbol('sampling');

/**
 * Compares a few documents of one partition of one read model with the log, then pauses, and repeats this until the
 * service stops.
 */
@Injectable()
export class DriftSampler {
  private readonly logger = new Logger(DriftSampler.name);
  private readonly stopping = new AbortController();
  private running: Promise<void> | undefined;

  constructor(
    @Inject(SAMPLING) private readonly sampling: ProjectionServiceConfig['generations'],
    @Inject(PARTITION_COUNT) private readonly partitions: number,
    private readonly verifiers: Verifiers,
    private readonly metrics: DriftMetrics,
  ) {}

  start(): void {
    this.running ??= this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    for (;;) {
      await delay(this.sampling.verifyIntervalMs, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) {
        return;
      }
      try {
        await this.sample(signal);
      } catch (error) {
        if (!signal.aborted) {
          this.logger.warn({ err: error }, 'could not compare a sample with the log');
        }
      }
    }
  }

  private async sample(signal: AbortSignal): Promise<void> {
    const { name } = projections[randomInt(projections.length)]!;
    const { verifyRestMs: restMs, verifySampleSize } = this.sampling;
    const live = await this.verifiers.live(name, { restMs });
    if (live) {
      const partition = randomInt(this.partitions);
      this.metrics.count(name, await live.verifier.sample(partition, verifySampleSize, signal));
    }
  }
}
