import { ListOrdersHandler } from '../orders/list-orders/list-orders.handler';
import { ListOrdersQuery } from '../orders/list-orders/list-orders.query';
import type { OrderSearch, OrderSort } from '../orders/list-orders/order-search';
import type { ReadModelReader } from '../read-store/read-model-reader';
import { ListShipmentsHandler } from '../shipments/list-shipments/list-shipments.handler';
import { ListShipmentsQuery } from '../shipments/list-shipments/list-shipments.query';
import { ListStockHandler } from '../stock/list-stock/list-stock.handler';
import { ListStockQuery } from '../stock/list-stock/list-stock.query';

const customer = { subject: 's', roles: ['customer'], customerId: 'C1' } as const;
const operator = { subject: 's', roles: ['operator'] } as const;
export const limit = 2;
export const aTime = { from: new Date('2000-01-01T00:00:00Z'), to: new Date('2100-01-01T00:00:00Z') };
const anAmount = { minAmount: 0, maxAmount: Number.MAX_SAFE_INTEGER, currency: 'GBP' };

/** A list, page by page. */
export type Pages = (
  reader: ReadModelReader,
  cursor: { cursor?: string },
) => Promise<{ nextCursor?: string }>;

export const ordersBy =
  (caller: typeof customer | typeof operator, search: OrderSearch, sort: OrderSort): Pages =>
  (reader, cursor) =>
    new ListOrdersHandler(reader).execute(new ListOrdersQuery(caller, search, { sort, limit, ...cursor }));

const shipmentsBy =
  (status?: 'CREATED'): Pages =>
  (reader, cursor) =>
    new ListShipmentsHandler(reader).execute(new ListShipmentsQuery({ status }, { limit, ...cursor }));

const stock: Pages = (reader, cursor) =>
  new ListStockHandler(reader).execute(new ListStockQuery({ belowAvailable: 100 }, { limit, ...cursor }));

export const allOrders = ordersBy(operator, {}, '-createdAt');

/** Lists that an index has in their order. */
export const pagesInOrder: readonly (readonly [string, Pages])[] = [
  ['all orders', allOrders],
  ['all orders, oldest first', ordersBy(operator, {}, 'createdAt')],
  ['all orders by amount', ordersBy(operator, {}, 'totalAmount')],
  ["a customer's orders", ordersBy(customer, {}, '-createdAt')],
  ['orders of a status', ordersBy(operator, { status: 'PENDING' }, '-createdAt')],
  ['orders of an address', ordersBy(operator, { email: 'ada@example.com' }, '-createdAt')],
  ["a customer's orders by amount", ordersBy(customer, {}, '-totalAmount')],
  ["a customer's orders of a status", ordersBy(customer, { status: 'PENDING' }, '-createdAt')],
  ['orders of a time', ordersBy(operator, aTime, '-createdAt')],
  ['orders of an amount, by amount', ordersBy(operator, anAmount, 'totalAmount')],
  ['shipments', shipmentsBy()],
  ['shipments of a status', shipmentsBy('CREATED')],
  ['stock', stock],
];

/**
 * Lists whose index does not have their order. The server sorts the results, or reads an index in sort order and
 * filters.
 */
export const sortedPages: readonly (readonly [string, Pages])[] = [
  ['orders of addresses that begin alike', ordersBy(operator, { email: 'ada@*' }, '-createdAt')],
  ['orders of an amount, by time', ordersBy(operator, anAmount, '-createdAt')],
];

const ofCustomer = (id: string) => ({ 'customer.id': { in: [id] } });

export const lookUpsOf = [
  ['a customer', [['O1', ofCustomer('C1')]]],
  ['several callers', [['O1', ofCustomer('C1')], ['O2', ofCustomer('C2')], ['O3']]],
] as const;
