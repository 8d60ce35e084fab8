import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblem, CurrentCaller, Roles, type Caller } from '@tidemark/platform';
import { ListFulfilmentsQuery } from './fulfilment-params';
import { FulfilmentReader } from './fulfilment-reader';
import { FulfilmentListDto } from './fulfilment.dto';

@ApiTags('fulfilments')
@Controller('v1/fulfilments')
export class ListFulfilmentsController {
  constructor(private readonly fulfilments: FulfilmentReader) {}

  @Get()
  @Roles('operator')
  @ApiOkResponse({ type: FulfilmentListDto, description: 'The fulfilments, newest first' })
  @ApiProblem('validation_failed', 'unknown_field', 'store_unavailable')
  list(@Query() query: ListFulfilmentsQuery, @CurrentCaller() caller: Caller): Promise<FulfilmentListDto> {
    return this.fulfilments.list(query, caller);
  }
}
