import { ApiProperty } from '@nestjs/swagger';
import { AddressDto, pageDto } from '@tidemark/platform';
import { shipments } from '@tidemark/read-models';
import { documentDto } from '../read-store/document-dto';

export class ShipmentItemDto {
  @ApiProperty()
  readonly productId!: string;

  @ApiProperty()
  readonly productName!: string;

  @ApiProperty({ minimum: 1 })
  readonly quantity!: number;
}

export class ShipmentDto extends documentDto(shipments, {
  id: 'shipmentId',
  describe: {
    shipmentId: { format: 'uuid' },
    orderId: { format: 'uuid' },
    status: { enumName: 'ShipmentStatus' },
    items: { type: [ShipmentItemDto] },
    shippingAddress: { type: AddressDto },
    estimatedDelivery: { description: 'As the carrier stated it: a date or an instant' },
    version: { minimum: 1, description: "The shipment's version" },
  },
}) {}

export class ShipmentListDto extends pageDto(ShipmentDto) {}
