import {
  Inject,
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import { WorkLoop } from '@tidemark/messaging';
import { randomInt } from 'node:crypto';
import type { ProjectionServiceConfig } from '../config';
import { projections } from '../projections';
import { SAMPLING } from '../tokens';
import { DriftMetrics } from './drift-metrics';
import { Verifiers } from './verifiers';

/**
 * Compares a few documents of one partition of one read model with the log, then pauses, and repeats this until the
 * service stops.
 */
@Injectable()
export class DriftSampler implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(DriftSampler.name);
  private readonly loop: WorkLoop;

  constructor(
    @Inject(SAMPLING) private readonly sampling: ProjectionServiceConfig['generations'],
    @Inject(PARTITION_COUNT) private readonly partitions: number,
    private readonly verifiers: Verifiers,
    private readonly metrics: DriftMetrics,
  ) {
    this.loop = new WorkLoop({
      work: (stopping) => this.sample(stopping),
      pollIntervalMs: sampling.verifyIntervalMs,
      sleepsFirst: true,
      onFailed: (error) => this.logger.warn({ err: error }, 'could not compare a sample with the log'),
    });
  }

  onApplicationBootstrap(): void {
    this.loop.start();
  }

  async onModuleDestroy(): Promise<void> {
    await this.loop.stop();
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
