import { Body, Controller, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { ApiResponse, ApiTags } from '@nestjs/swagger';
import {
  CommandContext,
  CurrentCaller,
  ExpectedVersion,
  Roles,
  WriteEndpoint,
  WriteResultDto,
  type Caller,
} from '@tidemark/platform';
import { ApiProblem } from '../../write/problems';
import { WriteGateway, writeResultOf } from '../../write/write-gateway';
import { OrderIdParams } from '../order-id-params';
import { RequestCancellationDto } from './request-cancellation.dto';
import { RequestCancellationCommand } from './request-cancellation.handler';

@ApiTags('orders')
@Controller('v1/orders/:id/cancel')
export class RequestCancellationController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('customer', 'operator')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiResponse({
    status: 202,
    type: WriteResultDto,
    description: 'The request is recorded. The fulfilment decides whether to cancel the order',
  })
  @ApiProblem('not_found', 'order_already_shipped', 'order_already_cancelled', 'order_change_limit')
  async cancel(
    @Param() { id: orderId }: OrderIdParams,
    @Body() { reason }: RequestCancellationDto,
    @CommandContext() context: CommandContext,
    @CurrentCaller() caller: Caller,
    @ExpectedVersion() expectedVersion: number | undefined,
    @Res({ passthrough: true }) reply: { status(code: number): unknown },
  ): Promise<WriteResultDto> {
    const command = new RequestCancellationCommand({ orderId, reason }, context, caller, expectedVersion);
    const result = await this.writes.send(command);
    const isCancelled = result.eventTypes.includes('OrderCancelled');
    reply.status(isCancelled ? HttpStatus.OK : HttpStatus.ACCEPTED);
    return writeResultOf(orderId, result);
  }
}
