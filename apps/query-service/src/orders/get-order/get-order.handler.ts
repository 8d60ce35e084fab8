import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import type { VersionedAnswer } from '../../caching/aggregate-answer';
import { visibleTo } from '../../ownership/visible-to';
import { ReadModelReader } from '../../read-store/read-model-reader';
import { GetOrderQuery } from './get-order.query';
import { toOrderDetails, type OrderDetailsDto } from './order-details.dto';

@QueryHandler(GetOrderQuery)
export class GetOrderHandler implements IQueryHandler<GetOrderQuery> {
  constructor(private readonly readModels: ReadModelReader) {}

  async execute({ caller, orderId }: GetOrderQuery): Promise<VersionedAnswer<OrderDetailsDto> | undefined> {
    const document = await this.readModels.findOne(
      'order_details',
      orderId,
      visibleTo(caller, 'customer.id'),
    );
    return (
      document && {
        version: document.version,
        isToldByVersion: document.position === document.versionPosition,
        body: toOrderDetails(document, caller),
      }
    );
  }
}
