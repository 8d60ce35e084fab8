import { Body, Controller, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OrderId } from '@tidemark/ordering';
import {
  BodyLimit,
  CommandContext,
  CurrentCaller,
  Roles,
  WriteEndpoint,
  mayActForCustomer,
  notFound,
  type Caller,
  type WriteResultDto,
} from '@tidemark/platform';
import { derivedId } from '../../write/derived-id';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { refuseAgreedPrices } from '../refuse-agreed-prices';
import { refuseDerivedIds } from '../refuse-derived-ids';
import { CreateOrderDto } from './create-order.dto';
import { CreateOrderCommand } from './create-order.handler';

@ApiTags('orders')
@Controller('v1/orders')
export class CreateOrderController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('customer', 'operator')
  @WriteEndpoint({ status: 201, location: '/v1/orders/:id' })
  @BodyLimit(32 * 1024)
  @ApiProblem('not_found', 'order_exists', 'unknown_customer', 'unknown_product', 'product_discontinued')
  @ApiProblem(
    'order_item_limit',
    'duplicate_product',
    'mixed_currency',
    'insufficient_stock',
    'order_total_too_large',
  )
  create(
    @Body() body: CreateOrderDto,
    @CommandContext() context: CommandContext,
    @CurrentCaller() caller: Caller,
  ): Promise<WriteResultDto> {
    refuseAgreedPrices(caller, body.items, (index) => `items[${index}].unitPrice`);
    refuseDerivedIds(caller, body.orderId);
    const orderId = body.orderId ?? (derivedId('order', context.commandId) as OrderId);
    const command = new CreateOrderCommand({ ...body, orderId }, context, caller);
    if (!mayActForCustomer(caller, body.customerId)) {
      throw this.writes.refused(command, notFound('customer'));
    }
    return this.writes.write(orderId, command);
  }
}
