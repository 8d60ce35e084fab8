import type { CustomerId } from '@tidemark/customers';
import { IsEmailAddress, IsIdentifier, IsPhoneNumber, IsText } from '@tidemark/platform';

export class RegisterCustomerDto {
  @IsIdentifier({ optional: true })
  readonly customerId?: CustomerId;

  @IsText(200)
  readonly name!: string;

  @IsEmailAddress()
  readonly email!: string;

  @IsPhoneNumber({ optional: true })
  readonly phone?: string;
}
