import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { customer } from '@tidemark/customers';
import { EventStore } from '@tidemark/event-store';
import { streamIdOf } from '@tidemark/kernel';
import { mayActForCustomer } from '@tidemark/platform';
import { ReadModelReader } from '../../read-store/read-model-reader';
import { noOrders, toCustomerStatistics, type CustomerStatisticsDto } from './customer-statistics.dto';
import { GetStatisticsQuery } from './get-statistics.query';

@QueryHandler(GetStatisticsQuery)
export class GetStatisticsHandler implements IQueryHandler<GetStatisticsQuery> {
  constructor(
    private readonly readModels: ReadModelReader,
    private readonly store: EventStore,
  ) {}

  async execute({ caller, customerId }: GetStatisticsQuery): Promise<CustomerStatisticsDto | undefined> {
    if (!mayActForCustomer(caller, customerId)) {
      return undefined;
    }
    const document = await this.readModels.findOne('order_statistics', customerId);
    if (document) {
      return toCustomerStatistics(document);
    }
    return (await this.isRegistered(customerId)) ? noOrders : undefined;
  }

  /**
   * Statistics start with the first order. A missing document means either that the customer has no orders or that no
   * such customer exists.
   */
  private async isRegistered(customerId: string): Promise<boolean> {
    return (await this.store.streamHead(streamIdOf(customer.streamType, customerId))) !== undefined;
  }
}
