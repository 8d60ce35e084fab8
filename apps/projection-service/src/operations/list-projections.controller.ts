import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PartitionConsumerGroup } from '@tidemark/messaging';
import { Roles } from '@tidemark/platform';
import { generationName, GenerationPositions, GenerationRegistry } from '@tidemark/projections';
import { projections } from '../projections';
import { ProjectionListDto } from './projection-list.dto';
import { projectionStatus } from './projection-status';

@ApiTags('operations')
@Controller('admin/projections')
export class ListProjectionsController {
  constructor(
    private readonly consumers: PartitionConsumerGroup,
    private readonly registry: GenerationRegistry,
    private readonly positions: GenerationPositions,
  ) {}

  @Get()
  @Roles('admin')
  @ApiOperation({ summary: 'How far each read model has come, partition by partition' })
  @ApiOkResponse({ type: ProjectionListDto })
  async list(): Promise<ProjectionListDto> {
    const [states, partitions] = await Promise.all([
      this.registry.ensure(projections),
      this.consumers.status(),
    ]);
    const items = states.map(async (state) =>
      projectionStatus(state, partitions, await this.positions.of(generationName(state.name, state.live))),
    );
    return { items: await Promise.all(items) };
  }
}
