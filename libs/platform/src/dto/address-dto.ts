import { IsCountry } from './codes';
import { IsText } from './field-rules';

export class AddressDto {
  @IsText(200)
  readonly name!: string;

  @IsText(200)
  readonly line1!: string;

  @IsText(200, { optional: true })
  readonly line2?: string;

  @IsText(100)
  readonly city!: string;

  @IsText(20)
  readonly postalCode!: string;

  @IsText(100, { optional: true })
  readonly region?: string;

  @IsCountry()
  readonly country!: string;
}
