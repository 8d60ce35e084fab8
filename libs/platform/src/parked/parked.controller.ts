import { Controller, Get, HttpCode, Inject, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { Caller } from '../auth/caller';
import { CurrentCaller } from '../auth/current-caller';
import { Roles } from '../auth/route-access';
import { cursorInstant, decodeCursor, encodeCursor } from '../paging/cursor';
import { ApiProblem, problem } from '../problem/problems';
import { notFound } from '../problem/problem-exception';
import { PARKED_WORK, type ParkedItem, type ParkedWork } from './parked-work';
import { ListParkedQuery, ParkedItemDto, ParkedListDto, ParkedParams } from './parked.dto';

/** When the last stream of a page was parked, and its id. */
const parkedPosition = z.tuple([cursorInstant, z.guid()]);

/** Streams that a consumer can't process, and what operators can do about them. Any replica of the consumer answers. */
@ApiTags('operations')
@Controller('admin/parked')
export class ParkedController {
  constructor(@Inject(PARKED_WORK) private readonly work: ParkedWork) {}

  @Get()
  @Roles('operator')
  @ApiOperation({ summary: 'Lists the parked streams in the order in which they were parked' })
  @ApiOkResponse({ type: ParkedListDto })
  @ApiProblem('validation_failed', 'unknown_field', 'store_unavailable')
  async list(@Query() { status, limit, cursor }: ListParkedQuery): Promise<ParkedListDto> {
    const scope = { list: 'parked', status };
    const after = cursor === undefined ? undefined : decodeCursor(scope, parkedPosition, cursor);
    const found = await this.work.page({
      limit: limit + 1,
      ...(status && { status }),
      ...(after && { after: { parkedAt: after[0], id: after[1] } }),
    });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    return {
      items,
      ...(found.length > limit && last && { nextCursor: encodeCursor(scope, [last.parkedAt, last.id]) }),
    };
  }

  @Get(':id')
  @Roles('operator')
  @ApiOperation({ summary: 'Shows one parked stream, even after it was resolved' })
  @ApiOkResponse({ type: ParkedItemDto })
  @ApiProblem('validation_failed', 'not_found', 'store_unavailable')
  async get(@Param() { id }: ParkedParams): Promise<ParkedItemDto> {
    return found(await this.work.find(id));
  }

  @Post(':id/retry')
  @HttpCode(202)
  @Roles('operator')
  @ApiOperation({ summary: 'Retries the failed event, then applies the events that wait behind it' })
  @ApiAcceptedResponse({
    type: ParkedItemDto,
    description: 'The stream as it is now. The request is carried out within seconds',
  })
  @ApiProblem('validation_failed', 'not_found', 'not_parked', 'store_unavailable')
  async retry(@Param() { id }: ParkedParams, @CurrentCaller() { subject }: Caller): Promise<ParkedItemDto> {
    return found(await this.work.request(id, 'retry', subject));
  }

  @Post(':id/discard')
  @HttpCode(202)
  @Roles('operator')
  @ApiOperation({
    summary: 'Discards the failed event for good, then applies the events that wait behind it',
  })
  @ApiAcceptedResponse({
    type: ParkedItemDto,
    description: 'The stream as it is now. The request is carried out within seconds',
  })
  @ApiProblem('validation_failed', 'not_found', 'not_parked', 'store_unavailable')
  async discard(@Param() { id }: ParkedParams, @CurrentCaller() { subject }: Caller): Promise<ParkedItemDto> {
    return found(await this.work.request(id, 'discard', subject));
  }
}

/** @throws ProblemException 404, 409 */
function found(item: ParkedItem | 'not_parked' | undefined): ParkedItem {
  if (item === 'not_parked') {
    throw problem('not_parked');
  }
  if (!item) {
    throw notFound('parked stream');
  }
  return item;
}
