import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, Roles, type Caller } from '@tidemark/platform';
import { Rebuilds } from '@tidemark/projections';
import { ApiProblem, generationRefusal } from '../generation-refusal';
import { ProjectionParams } from '../projection-params';
import { RebuildDto, toRebuild } from '../rebuild.dto';

@ApiTags('operations')
@Controller('admin/projections')
export class RequestRebuildController {
  constructor(private readonly rebuilds: Rebuilds) {}

  @Post(':name/rebuild')
  @HttpCode(202)
  @Roles('admin')
  @ApiOperation({
    summary:
      'Rebuilds the read model from the log in a new generation, then lets queries read that generation',
  })
  @ApiAcceptedResponse({ type: RebuildDto })
  @ApiProblem('validation_failed', 'rebuild_in_progress', 'outdated_replica', 'store_unavailable')
  async rebuild(
    @Param() { name }: ProjectionParams,
    @CurrentCaller() { subject }: Caller,
  ): Promise<RebuildDto> {
    const asked = await this.rebuilds.request(name, subject);
    if (typeof asked === 'string') {
      throw generationRefusal(asked);
    }
    return toRebuild(asked);
  }
}
