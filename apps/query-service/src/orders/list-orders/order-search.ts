import type { OrderListDocument, OrderStatus } from '@tidemark/read-models';
import { byCreation, byTotalAmount, type ListOrder } from '../../paging/list-order';

/** What a caller looks for in the list of orders; all that is given must hold. */
export interface OrderSearch {
  readonly customerId?: string;
  readonly status?: OrderStatus;
  /** An exact address, or the beginning of one followed by `*`; without case. */
  readonly email?: string;
  /** Minor units, inclusive. */
  readonly minAmount?: number;
  /** Minor units, inclusive. */
  readonly maxAmount?: number;
  readonly currency?: string;
  /** Of the order's creation, inclusive. */
  readonly from?: Date;
  /** Of the order's creation, exclusive. */
  readonly to?: Date;
}

export const orderSorts = ['createdAt', '-createdAt', 'totalAmount', '-totalAmount'] as const;

export type OrderSort = (typeof orderSorts)[number];

export const listOrders: Readonly<Record<OrderSort, ListOrder<OrderListDocument>>> = {
  createdAt: byCreation(1),
  '-createdAt': byCreation(-1),
  totalAmount: byTotalAmount(1),
  '-totalAmount': byTotalAmount(-1),
};
