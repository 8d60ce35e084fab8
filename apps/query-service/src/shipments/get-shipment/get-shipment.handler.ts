import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ReadModelReader } from '../../read-store/read-model-reader';
import { ShipmentDto } from '../shipment.dto';
import { GetShipmentQuery } from './get-shipment.query';

@QueryHandler(GetShipmentQuery)
export class GetShipmentHandler implements IQueryHandler<GetShipmentQuery> {
  constructor(private readonly readModels: ReadModelReader) {}

  async execute({ shipmentId }: GetShipmentQuery): Promise<ShipmentDto | undefined> {
    const document = await this.readModels.findOne('shipments', shipmentId);
    return document && ShipmentDto.of(document);
  }
}
