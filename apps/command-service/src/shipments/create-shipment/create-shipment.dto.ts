import type { CustomerId } from '@tidemark/customers';
import type { OrderId } from '@tidemark/ordering';
import { IsIdentifier, IsUuid } from '@tidemark/platform';

export class CreateShipmentDto {
  @IsUuid()
  readonly orderId!: OrderId;

  @IsIdentifier()
  readonly customerId!: CustomerId;
}
