import { IsEmailAddress, IsPhoneNumber, IsText } from '@tidemark/platform';

/** What is absent stays as it is. */
export class ChangeCustomerContactDto {
  @IsText(200, { optional: true, example: 'Ada Lovelace' })
  readonly name?: string;

  @IsEmailAddress({ optional: true })
  readonly email?: string;

  @IsPhoneNumber({ optional: true })
  readonly phone?: string;
}
