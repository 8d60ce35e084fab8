import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { AddressDto } from '@tidemark/platform';
import { shipmentStatuses, type ShipmentDocument, type ShipmentStatus } from '@tidemark/read-models';

export class ShipmentItemDto {
  @ApiProperty()
  readonly productId!: string;

  @ApiProperty()
  readonly productName!: string;

  @ApiProperty({ minimum: 1 })
  readonly quantity!: number;
}

export class ShipmentDto {
  @ApiProperty({ format: 'uuid' })
  readonly shipmentId!: string;

  @ApiProperty({ format: 'uuid' })
  readonly orderId!: string;

  @ApiProperty()
  readonly customerId!: string;

  @ApiProperty({ enum: shipmentStatuses, enumName: 'ShipmentStatus' })
  readonly status!: ShipmentStatus;

  @ApiProperty({ type: [ShipmentItemDto] })
  readonly items!: readonly ShipmentItemDto[];

  @ApiProperty({ type: AddressDto })
  readonly shippingAddress!: AddressDto;

  @ApiPropertyOptional()
  readonly carrier?: string;

  @ApiPropertyOptional()
  readonly trackingNumber?: string;

  @ApiPropertyOptional({ description: 'As the carrier stated it: a date or an instant' })
  readonly estimatedDelivery?: string;

  @ApiProperty()
  readonly createdAt!: Date;

  @ApiProperty()
  readonly updatedAt!: Date;

  @ApiProperty({ minimum: 1, description: "The shipment's version" })
  readonly version!: number;
}

export class ShipmentListDto {
  @ApiProperty({ type: [ShipmentDto] })
  readonly items!: readonly ShipmentDto[];

  @ApiPropertyOptional({ description: 'Pass it as `cursor` to get the next page. Absent on the last page' })
  readonly nextCursor?: string;
}

export function toShipment(document: ShipmentDocument): ShipmentDto {
  const { carrier, trackingNumber, estimatedDelivery } = document;
  return {
    shipmentId: document._id,
    orderId: document.orderId,
    customerId: document.customerId,
    status: document.status,
    items: document.items,
    shippingAddress: document.shippingAddress,
    ...(carrier !== undefined && { carrier }),
    ...(trackingNumber !== undefined && { trackingNumber }),
    ...(estimatedDelivery !== undefined && { estimatedDelivery }),
    createdAt: document.createdAt,
    updatedAt: document.updatedAt,
    version: document.version,
  };
}
