import type { OrderId } from '@tidemark/ordering';
import type { PaymentId } from '@tidemark/payments';
import { IsUuid } from '@tidemark/platform';

export class CapturePaymentDto {
  @IsUuid()
  readonly orderId!: OrderId;

  @IsUuid()
  readonly paymentId!: PaymentId;
}
