import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { MoneyDto } from '@tidemark/platform';
import { orderStatuses, type OrderStatisticsDocument, type OrderStatus } from '@tidemark/read-models';

export class CustomerStatisticsDto {
  @ApiProperty({ description: 'The number of orders in every status', minimum: 0 })
  readonly orderCount!: number;

  @ApiProperty({
    type: 'object',
    properties: Object.fromEntries(orderStatuses.map((status) => [status, { type: 'integer' }])),
    required: [...orderStatuses],
  })
  readonly byStatus!: Readonly<Record<OrderStatus, number>>;

  @ApiProperty({
    type: [MoneyDto],
    description: 'The total of paid, shipped and delivered orders, one sum per currency',
  })
  readonly spent!: readonly MoneyDto[];

  @ApiProperty({
    type: [MoneyDto],
    description:
      '`spent` divided by the number of orders that it counts, rounded half up to whole minor units',
  })
  readonly average!: readonly MoneyDto[];

  @ApiPropertyOptional()
  readonly firstOrderAt?: Date;

  @ApiPropertyOptional()
  readonly lastOrderAt?: Date;
}

/** The statistics of a customer without orders. */
export const noOrders: CustomerStatisticsDto = {
  orderCount: 0,
  byStatus: { PENDING: 0, PAID: 0, SHIPPED: 0, DELIVERED: 0, CANCELLED: 0 },
  spent: [],
  average: [],
};

export function toCustomerStatistics(document: OrderStatisticsDocument): CustomerStatisticsDto {
  const currencies = Object.entries(document.spent).sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    orderCount: document.orderCount,
    byStatus: document.byStatus,
    spent: currencies.map(([currency, { amount }]) => ({ amount, currency })),
    average: currencies.map(([currency, { amount, orderCount }]) => ({
      amount: Math.round(amount / orderCount),
      currency,
    })),
    firstOrderAt: document.firstOrderAt,
    lastOrderAt: document.lastOrderAt,
  };
}
