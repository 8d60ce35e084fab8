import { Query } from '@nestjs/cqrs';
import type { ShipmentStatus } from '@tidemark/read-models';
import type { Page } from '../../paging/page';
import type { ShipmentDto } from '../shipment.dto';

/** Newest first. */
export class ListShipmentsQuery extends Query<Page<ShipmentDto>> {
  constructor(
    readonly filter: { readonly status?: ShipmentStatus },
    readonly page: { readonly limit: number; readonly cursor?: string },
  ) {
    super();
  }
}
