import type { OrderId } from '@tidemark/ordering';
import type { PaymentId } from '@tidemark/payments';
import { IsText, IsUuid, MoneyDto, NestedObject } from '@tidemark/platform';

export class RefundPaymentDto {
  @IsUuid()
  readonly orderId!: OrderId;

  @IsUuid()
  readonly paymentId!: PaymentId;

  @NestedObject(() => MoneyDto)
  readonly amount!: MoneyDto;

  @IsText(500)
  readonly reason!: string;
}
