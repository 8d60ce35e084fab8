import type { CustomerId } from '@tidemark/customers';
import type { OrderId } from '@tidemark/ordering';
import { AddressDto, IsIdentifier, IsText, IsUuid, NestedList, NestedObject } from '@tidemark/platform';
import { OrderItemDto } from '../order-item.dto';

/** Bounds what is read of one request. How many lines an order may have is the domain's rule. */
const MAX_ITEMS_PER_REQUEST = 100;

export class CreateOrderDto {
  @IsUuid({
    optional: true,
    description: 'Made by the service when absent. A customer can not name a UUID of version 5',
  })
  readonly orderId?: OrderId;

  @IsIdentifier({ example: 'C-1001' })
  readonly customerId!: CustomerId;

  @NestedList(() => OrderItemDto, { min: 1, max: MAX_ITEMS_PER_REQUEST })
  readonly items!: OrderItemDto[];

  @NestedObject(() => AddressDto)
  readonly shippingAddress!: AddressDto;

  @NestedObject(() => AddressDto, { optional: true, description: 'The shipping address when absent' })
  readonly billingAddress?: AddressDto;

  @IsText(50, { optional: true, example: 'express' })
  readonly shippingMethod?: string;
}
