import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MoneyDto } from '@tidemark/platform';
import { orderStatuses, type OrderListDocument, type OrderStatus } from '@tidemark/read-models';

export class OrderListItemDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'TM-3F1C6-A528D' })
  readonly orderNumber!: string;

  @ApiProperty()
  readonly customerId!: string;

  @ApiProperty()
  readonly customerName!: string;

  @ApiProperty({ format: 'email' })
  readonly customerEmail!: string;

  @ApiProperty({ enum: orderStatuses, enumName: 'OrderStatus' })
  readonly status!: OrderStatus;

  @ApiProperty({ type: MoneyDto })
  readonly totalAmount!: MoneyDto;

  @ApiProperty({ description: 'The number of lines of the order', minimum: 1, maximum: 10 })
  readonly itemCount!: number;

  @ApiProperty()
  readonly createdAt!: Date;

  @ApiProperty()
  readonly updatedAt!: Date;

  @ApiProperty({ minimum: 1 })
  readonly version!: number;
}

export class OrderListDto {
  @ApiProperty({ type: [OrderListItemDto] })
  readonly items!: readonly OrderListItemDto[];

  @ApiPropertyOptional({ description: 'Pass it as `cursor` to get the next page. Absent on the last page' })
  readonly nextCursor?: string;
}

export function toOrderListItem(document: OrderListDocument): OrderListItemDto {
  return {
    id: document._id,
    orderNumber: document.orderNumber,
    customerId: document.customerId,
    customerName: document.customerName,
    customerEmail: document.customerEmail,
    status: document.status,
    totalAmount: document.totalAmount,
    itemCount: document.itemCount,
    createdAt: document.createdAt,
    updatedAt: document.updatedAt,
    version: document.version,
  };
}
