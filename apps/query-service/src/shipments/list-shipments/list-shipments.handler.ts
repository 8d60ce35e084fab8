import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { byCreation } from '../../paging/list-order';
import { mapPage, type Page } from '../../paging/page';
import { ReadModelReader } from '../../read-store/read-model-reader';
import { ShipmentDto } from '../shipment.dto';
import { ListShipmentsQuery } from './list-shipments.query';

@QueryHandler(ListShipmentsQuery)
export class ListShipmentsHandler implements IQueryHandler<ListShipmentsQuery> {
  constructor(private readonly readModels: ReadModelReader) {}

  async execute({ filter: { status }, page }: ListShipmentsQuery): Promise<Page<ShipmentDto>> {
    const found = await this.readModels.findPage({
      readModel: 'shipments',
      where: status === undefined ? [] : [{ status: { eq: status } }],
      order: byCreation(-1),
      scope: { status },
      ...page,
    });
    return mapPage(found, ShipmentDto.of);
  }
}
