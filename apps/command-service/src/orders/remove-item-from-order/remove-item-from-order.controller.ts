import { Controller, Delete, Param } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { ProductId } from '@tidemark/catalogue';
import {
  CommandContext,
  CurrentCaller,
  ExpectedVersion,
  IsIdentifier,
  Roles,
  WriteEndpoint,
  type Caller,
  type WriteResultDto,
} from '@tidemark/platform';
import { ApiProblem } from '../../write/problems';
import { WriteGateway } from '../../write/write-gateway';
import { OrderIdParams } from '../order-id-params';
import { RemoveItemFromOrderCommand } from './remove-item-from-order.handler';

class OrderItemParams extends OrderIdParams {
  @IsIdentifier()
  readonly productId!: ProductId;
}

@ApiTags('orders')
@Controller('v1/orders/:id/items/:productId')
export class RemoveItemFromOrderController {
  constructor(private readonly writes: WriteGateway) {}

  @Delete()
  @Roles('customer', 'operator')
  @WriteEndpoint({ status: 200, ifMatch: true })
  @ApiProblem('not_found', 'order_not_pending', 'item_not_found', 'order_needs_an_item', 'order_change_limit')
  remove(
    @Param() { id: orderId, productId }: OrderItemParams,
    @CommandContext() context: CommandContext,
    @CurrentCaller() caller: Caller,
    @ExpectedVersion() expectedVersion: number | undefined,
  ): Promise<WriteResultDto> {
    const command = new RemoveItemFromOrderCommand({ orderId, productId }, context, caller, expectedVersion);
    return this.writes.write(orderId, command);
  }
}
