import { ApiProperty } from '@nestjs/swagger';
import { orderStatuses, type OrderStatus } from '@tidemark/read-models';

/** The moment at which an order came into a status. */
export class StatusChangeDto {
  @ApiProperty({ enum: orderStatuses, enumName: 'OrderStatus' })
  readonly status!: OrderStatus;

  @ApiProperty({ format: 'date-time' })
  readonly timestamp!: string;

  @ApiProperty({ minimum: 1, description: "The order's version since then" })
  readonly version!: number;

  @ApiProperty({ example: 'OrderPaid' })
  readonly eventType!: string;

  @ApiProperty()
  readonly actor!: string;
}
