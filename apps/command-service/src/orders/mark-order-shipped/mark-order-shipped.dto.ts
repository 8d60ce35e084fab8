import type { OrderId } from '@tidemark/ordering';
import { IsUuid } from '@tidemark/platform';

export class MarkOrderShippedDto {
  @IsUuid()
  readonly orderId!: OrderId;

  @IsUuid()
  readonly shipmentId!: string;
}
