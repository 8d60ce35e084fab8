import type { OrderId } from '@tidemark/ordering';
import { IsText, IsUuid } from '@tidemark/platform';

export class RejectCancellationDto {
  @IsUuid()
  readonly orderId!: OrderId;

  @IsText(500)
  readonly reason!: string;
}
