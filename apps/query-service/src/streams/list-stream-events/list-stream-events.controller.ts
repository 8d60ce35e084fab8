import { Controller, Get, Param, Query } from '@nestjs/common';
import { QueryBus } from '@nestjs/cqrs';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { notFound, ReadAfter, ReadEndpoint, Roles, type ConsistencyToken } from '@tidemark/platform';
import { EventListDto } from '../../event-log/event-list.dto';
import { StreamIdParams } from '../../parameters/ids';
import { ReadYourWrites } from '../../read-your-writes/read-your-writes';
import { ListStreamEventsParams } from './list-stream-events.params';
import { ListStreamEventsQuery } from './list-stream-events.query';

@ApiTags('events')
@Controller('v1/streams')
export class ListStreamEventsController {
  constructor(
    private readonly queries: QueryBus,
    private readonly readYourWrites: ReadYourWrites,
  ) {}

  /** The events of one aggregate, oldest first. */
  @Get(':streamId/events')
  @Roles('operator')
  @ReadEndpoint()
  @ApiOkResponse({ type: EventListDto })
  async list(
    @Param() { streamId }: StreamIdParams,
    @Query() { fromVersion, limit, cursor }: ListStreamEventsParams,
    @ReadAfter() token: ConsistencyToken | undefined,
  ): Promise<EventListDto> {
    await this.readYourWrites.inEventLog(token);
    const page = await this.queries.execute(
      new ListStreamEventsQuery(streamId, fromVersion, { limit, cursor }),
    );
    if (!page) {
      throw notFound('stream');
    }
    return page;
  }
}
