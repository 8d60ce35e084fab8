import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ConsumerGroup } from '@tidemark/messaging';
import { ApiProblem, Roles } from '@tidemark/platform';
import { PartitionListDto } from './partition-list.dto';

@ApiTags('operations')
@Controller('admin/partitions')
export class ListPartitionsController {
  constructor(private readonly consumers: ConsumerGroup) {}

  @Get()
  @Roles('admin')
  @ApiOperation({ summary: 'Shows the progress of the fulfilments in each partition' })
  @ApiOkResponse({ type: PartitionListDto })
  @ApiProblem('store_unavailable')
  async list(): Promise<PartitionListDto> {
    const partitions = await this.consumers.status();
    const items = partitions.map(({ partition, checkpoint, head, lag, parked, owner, error }) => ({
      partition,
      checkpoint: checkpoint.position,
      head,
      lag,
      parkedStreams: parked,
      ...(owner !== undefined && { owner }),
      ...(error !== undefined && { error }),
    }));
    return { items };
  }
}
