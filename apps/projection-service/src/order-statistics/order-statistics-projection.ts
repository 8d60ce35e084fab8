import type { CustomerId } from '@tidemark/customers';
import type { Money } from '@tidemark/kernel/money';
import {
  orderStatistics,
  type OrderStatisticsDocument,
  type OrderStatus,
  type SpentInCurrency,
} from '@tidemark/read-models';
import { project } from '../project';

type ByStatus = OrderStatisticsDocument['byStatus'];
type Spent = OrderStatisticsDocument['spent'];

const none: ByStatus = { PENDING: 0, PAID: 0, SHIPPED: 0, DELIVERED: 0, CANCELLED: 0 };

const id = ({ data }: { readonly data: { readonly customerId: CustomerId } }): CustomerId => data.customerId;

/** One document per customer. An order's events contain the amounts to add, so that no order has to be remembered. */
export const orderStatisticsProjection = project(orderStatistics).keyedBy('customer', {
  version: 1,
  on: {
    OrderCreated: {
      id,
      createOrChange: (statistics, { timestamp }) => ({
        orderCount: (statistics?.orderCount ?? 0) + 1,
        byStatus: counted(statistics?.byStatus ?? none, 'PENDING', 1),
        spent: statistics?.spent ?? {},
        firstOrderAt: statistics?.firstOrderAt ?? new Date(timestamp),
        lastOrderAt: new Date(timestamp),
      }),
    },
    OrderPaid: {
      id,
      change: (statistics, { data }) => ({
        ...statistics,
        byStatus: moved(statistics.byStatus, 'PENDING', 'PAID'),
        spent: added(statistics.spent, data.amount, 1),
      }),
    },
    OrderShipped: {
      id,
      change: (statistics) => ({ ...statistics, byStatus: moved(statistics.byStatus, 'PAID', 'SHIPPED') }),
    },
    OrderDelivered: {
      id,
      change: (statistics) => ({
        ...statistics,
        byStatus: moved(statistics.byStatus, 'SHIPPED', 'DELIVERED'),
      }),
    },
    OrderCancelled: {
      id,
      change: (statistics, { data }) => ({
        ...statistics,
        byStatus: moved(statistics.byStatus, data.previousStatus, 'CANCELLED'),
        spent:
          data.previousStatus === 'PAID'
            ? added(statistics.spent, { ...data.total, amount: -data.total.amount }, -1)
            : statistics.spent,
      }),
    },
  },
});

function moved(byStatus: ByStatus, from: OrderStatus, to: OrderStatus): ByStatus {
  return counted(counted(byStatus, from, -1), to, 1);
}

function counted(byStatus: ByStatus, status: OrderStatus, orders: number): ByStatus {
  return { ...byStatus, [status]: byStatus[status] + orders };
}

/** A currency without any counted order is removed, as if it had never been there. */
function added(spent: Spent, { amount, currency }: Money, orders: number): Spent {
  const { [currency]: before = { amount: 0, orderCount: 0 }, ...others } = spent;
  const after: SpentInCurrency = { amount: before.amount + amount, orderCount: before.orderCount + orders };
  return after.orderCount === 0 ? others : { ...others, [currency]: after };
}
