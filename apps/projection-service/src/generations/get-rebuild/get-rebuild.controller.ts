import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiProblem, notFound, Roles } from '@tidemark/platform';
import { Rebuilds } from '@tidemark/projections';
import { RebuildParams, RebuildProgressDto, toRebuildProgress } from '../rebuild.dto';

@ApiTags('operations')
@Controller('admin/rebuilds')
export class GetRebuildController {
  constructor(private readonly rebuilds: Rebuilds) {}

  @Get(':id')
  @Roles('admin')
  @ApiOperation({ summary: 'Shows the progress of a rebuild, or its result' })
  @ApiOkResponse({ type: RebuildProgressDto })
  @ApiProblem('validation_failed', 'not_found', 'store_unavailable')
  async get(@Param() { id }: RebuildParams): Promise<RebuildProgressDto> {
    const progress = await this.rebuilds.find(id);
    if (!progress) {
      throw notFound('rebuild');
    }
    return toRebuildProgress(progress);
  }
}
