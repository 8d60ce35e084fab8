import type { OrderId } from '@tidemark/ordering';
import { IsText, IsUuid } from '@tidemark/platform';

export class CancelShipmentDto {
  @IsUuid()
  readonly orderId!: OrderId;

  @IsText(500)
  readonly reason!: string;
}
