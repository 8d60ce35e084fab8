import { Controller, Get, Param } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiProblem, CurrentCaller, Roles, notFound, type Caller } from '@tidemark/platform';
import { OrderIdParams } from './fulfilment-params';
import { FulfilmentReader } from './fulfilment-reader';
import { FulfilmentDto } from './fulfilment.dto';

@ApiTags('fulfilments')
@Controller('v1/fulfilments')
export class GetFulfilmentController {
  constructor(private readonly fulfilments: FulfilmentReader) {}

  @Get(':orderId')
  @Roles('customer', 'operator')
  @ApiOkResponse({ type: FulfilmentDto })
  @ApiProblem('validation_failed', 'not_found', 'store_unavailable')
  async get(@Param() { orderId }: OrderIdParams, @CurrentCaller() caller: Caller): Promise<FulfilmentDto> {
    const fulfilment = await this.fulfilments.find(orderId, caller);
    if (!fulfilment) {
      throw notFound('fulfilment');
    }
    return fulfilment;
  }
}
