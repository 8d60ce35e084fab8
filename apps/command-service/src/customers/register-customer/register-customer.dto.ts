import type { CustomerId } from '@tidemark/customers';
import { IsEmailAddress, IsIdentifier, IsPhoneNumber, IsText } from '@tidemark/platform';

export class RegisterCustomerDto {
  @IsIdentifier({ optional: true, example: 'C-1001' })
  readonly customerId?: CustomerId;

  @IsText(200, { example: 'Ada Byron' })
  readonly name!: string;

  @IsEmailAddress()
  readonly email!: string;

  @IsPhoneNumber({ optional: true })
  readonly phone?: string;
}
