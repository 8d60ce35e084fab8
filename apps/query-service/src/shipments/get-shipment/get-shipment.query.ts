import { Query } from '@nestjs/cqrs';
import type { ShipmentDto } from '../shipment.dto';

/** `undefined` for a shipment that does not exist. */
export class GetShipmentQuery extends Query<ShipmentDto | undefined> {
  constructor(readonly shipmentId: string) {
    super();
  }
}
