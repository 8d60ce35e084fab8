import { Controller, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem, Roles } from '@tidemark/platform';
import type { Drift, GenerationVerifier } from '@tidemark/projections';
import { PARTITION_COUNT } from '../../event-log/partition-count';
import { generationRefusal } from '../../generations/generation-refusal';
import { ProjectionParams } from '../../generations/projection-params';
import { DriftMetrics } from '../drift-metrics';
import { Verifiers } from '../verifiers';
import { VerificationDto, VerifyQuery, type DriftDto } from './verify-projection.dto';

const SHOWN = 100;

@ApiTags('operations')
@Controller('admin/projections')
export class VerifyProjectionController {
  constructor(
    private readonly verifiers: Verifiers,
    private readonly metrics: DriftMetrics,
    @Inject(PARTITION_COUNT) private readonly partitions: number,
  ) {}

  @Post(':name/verify')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({
    summary: 'Compares every document with a fresh fold of the log; takes as long as reading the log takes',
  })
  @ApiOkResponse({ type: VerificationDto })
  @ApiProblem('validation_failed', 'unknown_field', 'outdated_replica', 'store_unavailable')
  async verify(
    @Param() { name }: ProjectionParams,
    @Query() { heal }: VerifyQuery,
  ): Promise<VerificationDto> {
    const live = await this.verifiers.live(name);
    if (!live) {
      throw generationRefusal('outdated_replica');
    }
    const { generation, verifier } = live;
    const drifts: DriftDto[] = [];
    let checked = 0;
    for (let partition = 0; partition < this.partitions; partition += 1) {
      const found = await verifier.all(partition);
      this.metrics.count(name, found);
      checked += found.checked;
      for (const drift of found.drifts) {
        drifts.push(await treated(verifier, drift, heal === 'true'));
      }
    }
    return { projection: name, generation, checked, drifted: drifts.length, drifts: drifts.slice(0, SHOWN) };
  }
}

async function treated(verifier: GenerationVerifier, drift: Drift, heal: boolean): Promise<DriftDto> {
  const { id, partition, kind } = drift;
  return { id, partition, kind, healed: heal && (await verifier.heal(drift)) };
}
