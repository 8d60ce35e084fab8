import type { OrderId } from '@tidemark/ordering';
import type { PaymentId } from '@tidemark/payments';
import { IsUuid, MoneyDto, NestedObject } from '@tidemark/platform';

export class PayOrderDto {
  @IsUuid()
  readonly orderId!: OrderId;

  @IsUuid()
  readonly paymentId!: PaymentId;

  @NestedObject(() => MoneyDto)
  readonly amount!: MoneyDto;
}
