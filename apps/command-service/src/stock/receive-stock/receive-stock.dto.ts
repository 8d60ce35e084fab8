import { IsQuantity, IsText } from '@tidemark/platform';

export class ReceiveStockDto {
  @IsQuantity()
  readonly quantity!: number;

  @IsText(200, {
    optional: true,
    description: "A reference to the delivery, such as the delivery note's number",
    example: 'delivery note 4711',
  })
  readonly reference?: string;
}
