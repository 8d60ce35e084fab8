import { ApiProperty } from '@nestjs/swagger';
import { MoneyDto } from '@tidemark/platform';

/** Products beyond these, those with the fewest units, are not listed. */
export const MOST_PRODUCTS = 1_000;

export class SalesDto {
  @ApiProperty({
    description:
      'The UTC day as 2026-01-31, the country of the shipping address, or the product. A key comes once per currency',
  })
  readonly key!: string;

  @ApiProperty({
    minimum: 1,
    description: 'Paid orders that were not cancelled; with groupBy=product, with that product',
  })
  readonly orders!: number;

  @ApiProperty({ minimum: 1 })
  readonly units!: number;

  @ApiProperty({ type: MoneyDto })
  readonly revenue!: MoneyDto;
}
