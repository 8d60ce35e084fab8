import { ApiProperty } from '@nestjs/swagger';
import { actorDescription } from '../actor-description';
import { orderStatuses, type OrderStatus } from '@tidemark/read-models';

/** An event of an order, its payments or its shipment. */
export class HistoryEntryDto {
  @ApiProperty({ enum: orderStatuses, enumName: 'OrderStatus', description: 'Of the order since then' })
  readonly status!: OrderStatus;

  @ApiProperty({ format: 'date-time' })
  readonly timestamp!: string;

  @ApiProperty({ minimum: 1, description: "The order's version since then" })
  readonly version!: number;

  @ApiProperty({ example: 'OrderPaid' })
  readonly eventType!: string;

  @ApiProperty({ description: actorDescription })
  readonly actor!: string;
}
