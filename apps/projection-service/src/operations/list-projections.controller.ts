import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { PartitionConsumerGroup } from '@tidemark/messaging';
import { Roles } from '@tidemark/platform';
import { projections } from '../projections';
import { ProjectionListDto } from './projection-list.dto';
import { projectionStatus } from './projection-status';

@ApiTags('operations')
@Controller('admin/projections')
export class ListProjectionsController {
  constructor(private readonly consumers: PartitionConsumerGroup) {}

  @Get()
  @Roles('admin')
  @ApiOperation({ summary: 'How far each read model has come, partition by partition' })
  @ApiOkResponse({ type: ProjectionListDto })
  async list(): Promise<ProjectionListDto> {
    const partitions = await this.consumers.status();
    return { items: projections.map((projection) => projectionStatus(projection, partitions)) };
  }
}
