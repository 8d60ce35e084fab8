import { IsEmailAddress, IsPhoneNumber, IsText } from '@tidemark/platform';

/** What is absent stays as it is. */
export class ChangeCustomerContactDto {
  @IsText(200, { optional: true })
  readonly name?: string;

  @IsEmailAddress({ optional: true })
  readonly email?: string;

  @IsPhoneNumber({ optional: true })
  readonly phone?: string;
}
