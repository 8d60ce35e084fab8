import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { PaymentId } from '@tidemark/payments';
import {
  CommandContext,
  CurrentCaller,
  ExpectedVersion,
  Roles,
  WriteEndpoint,
  type Caller,
  type WriteResultDto,
} from '@tidemark/platform';
import { OrderIdParams } from '../../orders/order-id-params';
import { derivedId } from '../../write/derived-id';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { RequestPaymentDto } from './request-payment.dto';
import { RequestPaymentCommand } from './request-payment.handler';

@ApiTags('payments')
@Controller('v1/orders/:id/payment')
export class RequestPaymentController {
  constructor(private readonly writes: WriteGateway) {}

  /** Answers as soon as the request is stored. The fulfilment then captures the money. */
  @Post()
  @Roles('customer', 'operator')
  @WriteEndpoint({ status: 202, ifMatch: true })
  @ApiProblem('not_found', 'order_not_pending', 'payment_in_progress', 'payment_attempt_limit')
  request(
    @Param() { id: orderId }: OrderIdParams,
    @Body() { method }: RequestPaymentDto,
    @CommandContext() context: CommandContext,
    @CurrentCaller() caller: Caller,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const paymentId = derivedId('payment', context.commandId) as PaymentId;
    const data = { orderId, paymentId, method: { ...method } };
    return this.writes.write(paymentId, new RequestPaymentCommand(data, context, caller, expectedVersion));
  }
}
