import { Controller, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '@tidemark/platform';
import type { EventEmitter } from 'node:events';
import { ApiProblem, generationRefusal } from '../../generations/generation-refusal';
import { ProjectionParams } from '../../generations/projection-params';
import { Verifiers } from '../verifiers';
import { Verifications } from './verifications';
import { VerificationDto, VerifyQuery } from './verify-projection.dto';

@ApiTags('operations')
@Controller('admin/projections')
export class VerifyProjectionController {
  constructor(
    private readonly verifiers: Verifiers,
    private readonly verifications: Verifications,
  ) {}

  @Post(':name/verify')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({
    summary: 'Compares every document with a fresh fold of the log. Takes as long as reading the whole log',
    description:
      'Stops when the client disconnects. Requests made during a running verification share its result.',
  })
  @ApiOkResponse({ type: VerificationDto })
  @ApiProblem('validation_failed', 'unknown_field', 'outdated_replica', 'store_unavailable')
  async verify(
    @Param() { name }: ProjectionParams,
    @Query() { heal }: VerifyQuery,
    @Res({ passthrough: true }) reply: { readonly raw: EventEmitter },
  ): Promise<VerificationDto> {
    const left = new AbortController();
    reply.raw.once('close', () => left.abort());
    const live = await this.verifiers.live(name);
    if (!live) {
      throw generationRefusal('outdated_replica');
    }
    return this.verifications.verify(name, live, heal === 'true', left.signal);
  }
}
