import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Roles } from '@tidemark/platform';
import { Rebuilds, type GenerationRef } from '@tidemark/projections';
import { ApiProblem, generationRefusal } from '../generation-refusal';
import { ProjectionParams } from '../projection-params';

export class LiveGenerationDto implements GenerationRef {
  @ApiProperty({ type: 'integer', description: 'The version of the projection' })
  readonly version!: number;

  @ApiProperty({ type: 'integer', description: 'The generation that is live now' })
  readonly generation!: number;
}

@ApiTags('operations')
@Controller('admin/projections')
export class RollBackController {
  constructor(private readonly rebuilds: Rebuilds) {}

  @Post(':name/rollback')
  @HttpCode(200)
  @Roles('admin')
  @ApiOperation({ summary: 'Makes the previous generation live again' })
  @ApiOkResponse({ type: LiveGenerationDto })
  @ApiProblem(
    'validation_failed',
    'rebuild_in_progress',
    'no_previous_generation',
    'previous_generation_behind',
    'projection_paused',
    'store_unavailable',
  )
  async rollBack(@Param() { name }: ProjectionParams): Promise<LiveGenerationDto> {
    const answer = await this.rebuilds.rollBack(name);
    if (typeof answer === 'string') {
      throw generationRefusal(answer);
    }
    return answer;
  }
}
