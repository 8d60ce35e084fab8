import { IsEmailAddress, IsPhoneNumber, IsText } from '@tidemark/platform';

/** Absent fields keep their value. */
export class ChangeCustomerContactDto {
  @IsText(200, { optional: true, example: 'Ada Lovelace' })
  readonly name?: string;

  @IsEmailAddress({ optional: true })
  readonly email?: string;

  @IsPhoneNumber({ optional: true })
  readonly phone?: string;
}
