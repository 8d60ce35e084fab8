import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ConsumerGroup } from '@tidemark/messaging';
import { ApiProblem, Roles } from '@tidemark/platform';
import { generationName, GenerationFeeds, GenerationRegistry } from '@tidemark/projections';
import { projections } from '../projections';
import { ProjectionListDto } from './projection-list.dto';
import { projectionStatus } from './projection-status';

@ApiTags('operations')
@Controller('admin/projections')
export class ListProjectionsController {
  constructor(
    private readonly consumers: ConsumerGroup,
    private readonly registry: GenerationRegistry,
    private readonly feeds: GenerationFeeds,
  ) {}

  @Get()
  @Roles('admin')
  @ApiOperation({ summary: 'Shows the progress of each read model in each partition' })
  @ApiOkResponse({ type: ProjectionListDto })
  @ApiProblem('store_unavailable')
  async list(): Promise<ProjectionListDto> {
    const states = await this.registry.ensure(projections);
    const positions = await Promise.all(
      states.map(({ name, live }) => this.feeds.positionsOf(generationName(name, live))),
    );
    // `status` reads the heads. They must be read after the positions; see `backlogOf`.
    const partitions = await this.consumers.status();
    return { items: states.map((state, index) => projectionStatus(state, partitions, positions[index]!)) };
  }
}
