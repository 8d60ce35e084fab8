import type { OrderId } from '@tidemark/ordering';
import { IsUuid } from '@tidemark/platform';

export class MarkOrderDeliveredDto {
  @IsUuid()
  readonly orderId!: OrderId;
}
