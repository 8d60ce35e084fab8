import { ApiProperty } from '@nestjs/swagger';
import { MoneyDto } from '@tidemark/platform';

/** The maximum number of products in an answer. The products with the fewest units are left out. */
export const MOST_PRODUCTS = 1_000;

export class SalesDto {
  @ApiProperty({
    description:
      'The UTC day, such as 2026-01-31, the country of the shipping address, or the product. A key appears once per currency',
  })
  readonly key!: string;

  @ApiProperty({
    minimum: 1,
    description:
      'The number of paid orders that were not cancelled. With `groupBy=product`, only orders with the product count',
  })
  readonly orders!: number;

  @ApiProperty({ minimum: 1 })
  readonly units!: number;

  @ApiProperty({ type: MoneyDto })
  readonly revenue!: MoneyDto;
}
