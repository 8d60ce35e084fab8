import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { PageQueryDto, ReadAfter, ReadEndpoint, Roles, type ConsistencyToken } from '@tidemark/platform';
import { EventListDto } from '../../event-log/event-list.dto';
import { CorrelationIdParams } from '../../parameters/ids';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { ListCorrelationEventsQuery } from './list-correlation-events.query';

@ApiTags('events')
@Controller('v1/correlations')
export class ListCorrelationEventsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  /**
   * The events of all streams that one request caused, causes before effects. While the request still has effects, an
   * event that is committed late may belong to a page that was already read.
   */
  @Get(':id/events')
  @Roles('operator')
  @ReadEndpoint()
  @ApiOkResponse({ type: EventListDto })
  async list(
    @Param() { id }: CorrelationIdParams,
    @Query() { limit, cursor }: PageQueryDto,
    @ReadAfter() token: ConsistencyToken | undefined,
  ): Promise<EventListDto> {
    await this.readYourWrites.inEventLog(token);
    return this.queries.execute(new ListCorrelationEventsQuery(id, { limit, cursor }));
  }
}
