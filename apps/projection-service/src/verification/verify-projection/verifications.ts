import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { PARTITION_COUNT } from '@tidemark/event-store/nestjs';
import { eitherOf } from '@tidemark/messaging';
import type { Drift, GenerationVerifier } from '@tidemark/projections';
import { DriftMetrics } from '../drift-metrics';
import { SharedWork } from '../shared-work';
import { VerificationStoppedError } from '../verification-stopped-error';
import type { LiveVerifier } from '../verifiers';
import type { DriftDto, VerificationDto } from './verify-projection.dto';

const SHOWN = 100;

/**
 * Comparisons of whole read models with the log: one per read model at a time, while at least one caller waits for it.
 */
@Injectable()
export class Verifications implements OnModuleDestroy {
  private readonly underWay = new SharedWork<VerificationDto>();
  private readonly stopping = new AbortController();

  constructor(
    private readonly metrics: DriftMetrics,
    @Inject(PARTITION_COUNT) private readonly partitions: number,
  ) {}

  /** @throws VerificationStoppedError; the errors of the stores */
  verify(name: string, live: LiveVerifier, heal: boolean, left: AbortSignal): Promise<VerificationDto> {
    return this.underWay.join(`${name} ${heal}`, left, async (abandoned) => {
      const { either, release } = eitherOf(abandoned, this.stopping.signal);
      try {
        return await this.compare(name, live, heal, either);
      } catch (error) {
        throw either.aborted ? new VerificationStoppedError() : error;
      } finally {
        release();
      }
    });
  }

  onModuleDestroy(): void {
    this.stopping.abort();
  }

  private async compare(
    name: string,
    { generation, verifier }: LiveVerifier,
    heal: boolean,
    signal: AbortSignal,
  ): Promise<VerificationDto> {
    const drifts: DriftDto[] = [];
    let checked = 0;
    for (let partition = 0; partition < this.partitions; partition += 1) {
      const found = await verifier.all(partition, signal);
      this.metrics.count(name, found);
      checked += found.checked;
      for (const drift of found.drifts) {
        drifts.push(await treated(verifier, drift, heal, signal));
      }
    }
    return { projection: name, generation, checked, drifted: drifts.length, drifts: drifts.slice(0, SHOWN) };
  }
}

async function treated(
  verifier: GenerationVerifier,
  drift: Drift,
  heal: boolean,
  signal: AbortSignal,
): Promise<DriftDto> {
  const { id, partition, kind } = drift;
  return { id, partition, kind, healed: heal && (await verifier.heal(drift, signal)) };
}
