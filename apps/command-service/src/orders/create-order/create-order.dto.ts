import type { CustomerId } from '@tidemark/customers';
import type { OrderId } from '@tidemark/ordering';
import { AddressDto, IsIdentifier, IsText, IsUuid, NestedList, NestedObject } from '@tidemark/platform';
import { OrderItemDto } from '../order-item.dto';

/** Limits how much of a request is read. The number of lines that an order may have is a rule of the domain. */
const MAX_ITEMS_PER_REQUEST = 100;

export class CreateOrderDto {
  @IsUuid({
    optional: true,
    description:
      'The service generates it when absent. Must not be a UUID of version 5 if the caller is a customer',
  })
  readonly orderId?: OrderId;

  @IsIdentifier({ example: 'C-1001' })
  readonly customerId!: CustomerId;

  @NestedList(() => OrderItemDto, { min: 1, max: MAX_ITEMS_PER_REQUEST })
  readonly items!: OrderItemDto[];

  @NestedObject(() => AddressDto)
  readonly shippingAddress!: AddressDto;

  @NestedObject(() => AddressDto, { optional: true, description: 'Defaults to the shipping address' })
  readonly billingAddress?: AddressDto;

  @IsText(50, { optional: true, example: 'express' })
  readonly shippingMethod?: string;
}
