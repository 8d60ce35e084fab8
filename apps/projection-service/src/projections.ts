import type { ModelProjection } from '@tidemark/projections';
import { orderDetailsProjection } from './order-details/order-details-projection';
import { orderListProjection } from './order-list/order-list-projection';
import { orderStatisticsProjection } from './order-statistics/order-statistics-projection';
import { salesByDayProjection } from './sales-by-day/sales-by-day-projection';
import { shipmentsProjection } from './shipments/shipments-projection';
import { stockLevelsProjection } from './stock-levels/stock-levels-projection';

/** Every read model that this service keeps. */
export const projections: readonly ModelProjection[] = [
  orderListProjection,
  orderDetailsProjection,
  orderStatisticsProjection,
  stockLevelsProjection,
  shipmentsProjection,
  salesByDayProjection,
];
