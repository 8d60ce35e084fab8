import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { StockLevelDocument } from '@tidemark/read-models';

export class StockLevelDto {
  @ApiProperty()
  readonly productId!: string;

  @ApiProperty({ minimum: 0 })
  readonly onHand!: number;

  @ApiProperty({ minimum: 0 })
  readonly reserved!: number;

  @ApiProperty({ minimum: 0, description: 'onHand - reserved' })
  readonly available!: number;

  @ApiProperty({ minimum: 1, description: "The stock item's version" })
  readonly version!: number;
}

export class StockListDto {
  @ApiProperty({ type: [StockLevelDto] })
  readonly items!: readonly StockLevelDto[];

  @ApiPropertyOptional({ description: 'Pass it as `cursor` to get the next page. Absent on the last page' })
  readonly nextCursor?: string;
}

export function toStockLevel(document: StockLevelDocument): StockLevelDto {
  return {
    productId: document._id,
    onHand: document.onHand,
    reserved: document.reserved,
    available: document.available,
    version: document.version,
  };
}
