import { Body, Controller, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import {
  CommandContext,
  CurrentCaller,
  ExpectedVersion,
  Roles,
  WriteEndpoint,
  type Caller,
  type WriteResultDto,
} from '@tidemark/platform';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { OrderIdParams } from '../order-id-params';
import { OrderItemDto } from '../order-item.dto';
import { refuseAgreedPrices } from '../refuse-agreed-prices';
import { AddItemToOrderCommand } from './add-item-to-order.handler';

@ApiTags('orders')
@Controller('v1/orders/:id/items')
export class AddItemToOrderController {
  constructor(private readonly writes: WriteGateway) {}

  @Post()
  @Roles('customer', 'operator')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('not_found', 'order_not_pending', 'unknown_product', 'product_discontinued', 'order_item_limit')
  @ApiProblem('duplicate_product', 'mixed_currency', 'insufficient_stock', 'order_total_too_large')
  @ApiProblem('order_change_limit')
  add(
    @Param() { id: orderId }: OrderIdParams,
    @Body() item: OrderItemDto,
    @CommandContext() context: CommandContext,
    @CurrentCaller() caller: Caller,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    refuseAgreedPrices(caller, [item], () => 'unitPrice');
    const command = new AddItemToOrderCommand({ orderId, item }, context, caller, expectedVersion);
    return this.writes.write(orderId, command);
  }
}
