import type { OrderListDocument, OrderStatus } from '@tidemark/read-models';
import { byCreation, byTotalAmount, type ListOrder } from '../../paging/list-order';

/** The filters of the list of orders. An order must match all of them. */
export interface OrderSearch {
  readonly customerId?: string;
  readonly status?: OrderStatus;
  /** An exact address, or the beginning of one followed by `*`. Not case-sensitive. */
  readonly email?: string;
  /** Minor units, inclusive. */
  readonly minAmount?: number;
  /** Minor units, inclusive. */
  readonly maxAmount?: number;
  readonly currency?: string;
  /** Orders created at or after this instant. */
  readonly from?: Date;
  /** Orders created before this instant. */
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
