import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  ApiProblem,
  CurrentCaller,
  ProblemException,
  Roles,
  notFound,
  type Caller,
} from '@tidemark/platform';
import { ProcessEngine } from '@tidemark/process-manager';
import { ListFulfilmentsQuery, OrderIdParams } from './fulfilment-params';
import { FulfilmentReader } from './fulfilment-reader';
import { FulfilmentDto, FulfilmentListDto } from './fulfilment.dto';

@ApiTags('operations')
@Controller('admin/fulfilments')
export class StuckFulfilmentsController {
  constructor(
    private readonly fulfilments: FulfilmentReader,
    private readonly engine: ProcessEngine,
  ) {}

  @Get()
  @Roles('admin')
  @ApiOkResponse({ type: FulfilmentListDto })
  @ApiProblem('validation_failed', 'unknown_field')
  list(@Query() query: ListFulfilmentsQuery): Promise<FulfilmentListDto> {
    return this.fulfilments.list(query);
  }

  /** Sends what is unanswered again, and asks again for what failed. Who did it stays in the history. */
  @Post(':orderId/retry')
  @HttpCode(200)
  @Roles('admin')
  @ApiOkResponse({ type: FulfilmentDto, description: 'As it stands now' })
  @ApiConflictResponse({ description: 'fulfilment_not_parked' })
  @ApiProblem('validation_failed', 'not_found')
  async retry(@Param() { orderId }: OrderIdParams, @CurrentCaller() caller: Caller): Promise<FulfilmentDto> {
    if ((await this.engine.retry(orderId, caller.subject)) === 'not_parked') {
      throw new ProblemException(409, 'fulfilment_not_parked', 'The fulfilment does not wait for a person.');
    }
    const fulfilment = await this.fulfilments.find(orderId, caller);
    if (!fulfilment) {
      throw notFound('fulfilment');
    }
    return fulfilment;
  }
}
