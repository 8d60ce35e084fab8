import type { OrderId } from '@tidemark/ordering';
import { IsUuid } from '@tidemark/platform';

export class OrderIdParams {
  @IsUuid()
  readonly id!: OrderId;
}
