import type { CustomerId } from '@tidemark/customers';
import { IsIdentifier } from '@tidemark/platform';

export class CustomerIdParams {
  @IsIdentifier()
  readonly id!: CustomerId;
}
