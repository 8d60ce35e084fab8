import { ApiProperty } from '@nestjs/swagger';
import { actorDescription } from '../actor-description';
import { orderStatuses, type OrderStatus } from '@tidemark/read-models';

/** An event of an order, its payments or its shipment. */
export class HistoryEntryDto {
  @ApiProperty({
    enum: orderStatuses,
    enumName: 'OrderStatus',
    description: 'The status of the order after the event',
  })
  readonly status!: OrderStatus;

  @ApiProperty({ format: 'date-time' })
  readonly timestamp!: string;

  @ApiProperty({ minimum: 1, description: "The order's version after the event" })
  readonly version!: number;

  @ApiProperty({ example: 'OrderPaid' })
  readonly eventType!: string;

  @ApiProperty({ description: actorDescription })
  readonly actor!: string;
}
