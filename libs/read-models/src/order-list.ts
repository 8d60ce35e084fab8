import { moneySchema } from '@tidemark/kernel/money';
import { defineReadModel, type DocumentOf } from '@tidemark/projections';
import { count, date, text } from './fields';
import { orderStatusSchema } from './order-status';

/** One line of the list of orders; `_id` is the order's id. */
export const orderList = defineReadModel({
  name: 'order_list',
  fields: {
    orderNumber: text,
    customerId: text,
    customerName: text,
    /**
     * The address in lower case, so that a case-insensitive search is an exact match or an anchored prefix on an index.
     */
    customerEmail: text,
    status: orderStatusSchema,
    totalAmount: moneySchema,
    /** The number of lines of the order. */
    itemCount: count,
    createdAt: date,
    updatedAt: date,
    /** The order's version. */
    version: count,
  },
  indexes: {
    created: { createdAt: -1 },
    customer_created: { customerId: 1, createdAt: -1 },
    customer_total_amount: { customerId: 1, 'totalAmount.amount': -1 },
    status_created: { status: 1, createdAt: -1 },
    email_created: { customerEmail: 1, createdAt: -1 },
    total_amount: { 'totalAmount.amount': -1 },
    // This index is for changes of a customer's contact, which update the entries in chunks, in order of their ids.
    customer: { customerId: 1 },
  },
});

export type OrderListDocument = DocumentOf<typeof orderList>;
