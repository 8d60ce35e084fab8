import { IsQuantity, IsText } from '@tidemark/platform';

export class ReceiveStockDto {
  @IsQuantity()
  readonly quantity!: number;

  @IsText(200, {
    optional: true,
    description: 'The delivery note, for instance',
    example: 'delivery note 4711',
  })
  readonly reference?: string;
}
