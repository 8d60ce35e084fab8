import { IsSignedQuantity, IsText } from '@tidemark/platform';
import { NotEquals } from 'class-validator';

export class AdjustStockDto {
  @IsSignedQuantity({ description: 'The number of pieces to add; negative to remove pieces' })
  @NotEquals(0, { message: '$property must not be 0' })
  readonly quantity!: number;

  @IsText(500, { example: 'broken in the warehouse' })
  readonly reason!: string;
}
