import { IsCountry } from './codes';
import { IsText } from './field-rules';

export class AddressDto {
  @IsText(200, { example: 'Ada Byron' })
  readonly name!: string;

  @IsText(200, { example: '1 Quay' })
  readonly line1!: string;

  @IsText(200, { optional: true, example: 'Second floor' })
  readonly line2?: string;

  @IsText(100, { example: 'Hamburg' })
  readonly city!: string;

  @IsText(20, { example: '20457' })
  readonly postalCode!: string;

  @IsText(100, { optional: true, example: 'HH' })
  readonly region?: string;

  @IsCountry()
  readonly country!: string;
}
