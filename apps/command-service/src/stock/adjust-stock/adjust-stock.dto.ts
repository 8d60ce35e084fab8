import { IsSignedQuantity, IsText } from '@tidemark/platform';
import { NotEquals } from 'class-validator';

export class AdjustStockDto {
  @IsSignedQuantity({ description: 'How many pieces more or, below zero, less than the books say' })
  @NotEquals(0, { message: '$property is not 0' })
  readonly quantity!: number;

  @IsText(500, { example: 'broken in the warehouse' })
  readonly reason!: string;
}
