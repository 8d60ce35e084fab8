import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { ReadModelReader } from '../../read-store/read-model-reader';
import { ListSalesQuery } from './list-sales.query';
import { MOST_PRODUCTS, type SalesDto } from './sales.dto';

@QueryHandler(ListSalesQuery)
export class ListSalesHandler implements IQueryHandler<ListSalesQuery> {
  constructor(private readonly readModels: ReadModelReader) {}

  async execute({ days, groupBy, currency }: ListSalesQuery): Promise<readonly SalesDto[]> {
    const key = groupBy === 'day' ? 'day' : 'value';
    const rows = await this.readModels.addUp({
      tally: 'sales_by_day',
      where: {
        dimension: { eq: groupBy === 'product' ? 'product' : 'country' },
        day: { gte: dayOf(days.from), lt: dayOf(days.to) },
        ...(currency !== undefined && { currency: { eq: currency } }),
      },
      groupBy: [key, 'currency'],
      sort: groupBy === 'day' ? { day: 1, currency: 1 } : { units: -1, value: 1, currency: 1 },
      ...(groupBy === 'product' && { limit: MOST_PRODUCTS }),
    });
    return rows.map(({ orders, units, revenue, currency: of, ...row }) => ({
      key: row[key],
      orders,
      units,
      revenue: { amount: revenue, currency: of },
    }));
  }
}

function dayOf(instant: Date): string {
  return instant.toISOString().slice(0, '2026-01-31'.length);
}
