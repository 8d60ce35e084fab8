import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AddressDto, MoneyDto, shownActor, type Caller } from '@tidemark/platform';
import {
  maxTimelineEntries,
  orderStatuses,
  type CancellationStatus,
  type OrderDetailsDocument,
  type OrderStatus,
  type PaymentStatus,
} from '@tidemark/read-models';
import { actorDescription } from '../actor-description';

export class OrderCustomerDto {
  @ApiProperty()
  readonly id!: string;

  @ApiProperty()
  readonly name!: string;

  @ApiProperty({ format: 'email' })
  readonly email!: string;

  @ApiPropertyOptional()
  readonly phone?: string;
}

export class OrderItemDto {
  @ApiProperty()
  readonly productId!: string;

  @ApiProperty()
  readonly productName!: string;

  @ApiPropertyOptional()
  readonly productImageUrl?: string;

  @ApiProperty({ minimum: 1 })
  readonly quantity!: number;

  @ApiProperty({ type: MoneyDto })
  readonly unitPrice!: MoneyDto;

  @ApiProperty({ type: MoneyDto })
  readonly totalPrice!: MoneyDto;
}

export class OrderPaymentDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'card' })
  readonly method!: string;

  @ApiProperty({ enum: ['REQUESTED', 'CAPTURED', 'FAILED', 'REFUNDED'] satisfies PaymentStatus[] })
  readonly status!: PaymentStatus;

  @ApiPropertyOptional({ description: "The payment provider's id of the charge" })
  readonly transactionId?: string;

  @ApiPropertyOptional()
  readonly failureReason?: string;
}

export class OrderShippingDto {
  @ApiPropertyOptional({ format: 'uuid' })
  readonly shipmentId?: string;

  @ApiPropertyOptional()
  readonly method?: string;

  @ApiPropertyOptional()
  readonly carrier?: string;

  @ApiPropertyOptional()
  readonly trackingNumber?: string;

  @ApiPropertyOptional()
  readonly estimatedDelivery?: string;
}

export class OrderCancellationDto {
  @ApiProperty({ enum: ['REQUESTED', 'REJECTED', 'DONE'] satisfies CancellationStatus[] })
  readonly status!: CancellationStatus;

  @ApiProperty({ description: 'The reason that the customer gave' })
  readonly reason!: string;
}

export class TimelineEntryDto {
  @ApiProperty({ example: 'OrderPaid' })
  readonly event!: string;

  @ApiProperty()
  readonly timestamp!: Date;

  @ApiProperty()
  readonly description!: string;

  @ApiProperty({ description: actorDescription })
  readonly actor!: string;
}

export class OrderDetailsDto {
  @ApiProperty({ format: 'uuid' })
  readonly id!: string;

  @ApiProperty({ example: 'TM-3F1C6-A528D' })
  readonly orderNumber!: string;

  @ApiProperty({ enum: orderStatuses, enumName: 'OrderStatus' })
  readonly status!: OrderStatus;

  @ApiProperty({ minimum: 1 })
  readonly version!: number;

  @ApiProperty({ type: OrderCustomerDto })
  readonly customer!: OrderCustomerDto;

  @ApiProperty({ type: [OrderItemDto] })
  readonly items!: readonly OrderItemDto[];

  @ApiProperty({ type: AddressDto })
  readonly shippingAddress!: AddressDto;

  @ApiProperty({ type: AddressDto })
  readonly billingAddress!: AddressDto;

  @ApiPropertyOptional({ type: OrderPaymentDto, description: 'The latest payment' })
  readonly payment?: OrderPaymentDto;

  @ApiProperty({ type: OrderShippingDto })
  readonly shipping!: OrderShippingDto;

  @ApiPropertyOptional({ type: OrderCancellationDto })
  readonly cancellation?: OrderCancellationDto;

  @ApiProperty({
    type: [TimelineEntryDto],
    maxItems: maxTimelineEntries,
    description:
      'The newest entries, in chronological order. `/v1/orders/{id}/history?events=all` lists all of them',
  })
  readonly timeline!: readonly TimelineEntryDto[];

  @ApiProperty({ minimum: 1, description: 'The total number of entries in the timeline' })
  readonly timelineTotal!: number;

  @ApiProperty({ type: MoneyDto })
  readonly totalAmount!: MoneyDto;

  @ApiProperty()
  readonly createdAt!: Date;

  @ApiProperty()
  readonly updatedAt!: Date;
}

/** Absent until version 3 of the projection is filled. Documents of earlier versions hold the whole timeline. */
type StoredDetails = Omit<OrderDetailsDocument, 'timelineTotal'> &
  Partial<Pick<OrderDetailsDocument, 'timelineTotal'>>;

/** Copies field by field, so that internal fields of a projection are not published by accident. */
export function toOrderDetails(document: StoredDetails, caller: Caller): OrderDetailsDto {
  return {
    id: document._id,
    orderNumber: document.orderNumber,
    status: document.status,
    version: document.version,
    customer: document.customer,
    items: document.items,
    shippingAddress: document.shippingAddress,
    billingAddress: document.billingAddress,
    ...(document.payment && { payment: document.payment }),
    shipping: document.shipping,
    ...(document.cancellation && { cancellation: document.cancellation }),
    timeline: document.timeline.map((entry) => ({ ...entry, actor: shownActor(caller, entry.actor) })),
    timelineTotal: document.timelineTotal ?? document.timeline.length,
    totalAmount: document.totalAmount,
    createdAt: document.createdAt,
    updatedAt: document.updatedAt,
  };
}
