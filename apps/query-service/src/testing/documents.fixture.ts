import { randomUUID } from 'node:crypto';
import type { EntryOf } from '@tidemark/projections';
import type {
  Address,
  OrderDetailsDocument,
  OrderListDocument,
  OrderStatisticsDocument,
  ShipmentDocument,
  ReadModels,
  salesByDay,
  StockLevelDocument,
} from '@tidemark/read-models';

export const address: Address = {
  name: 'Ada Lovelace',
  line1: '12 St James Square',
  city: 'London',
  postalCode: 'SW1Y 4JH',
  country: 'GB',
};

const written = { partition: 1, position: 7 };
const createdAt = new Date('2010-12-01T08:26:00.000Z');

export function orderListDocument(given: Partial<OrderListDocument> = {}): OrderListDocument {
  return {
    _id: randomUUID(),
    ...written,
    orderNumber: 'TM-00000-00001',
    customerId: 'C1',
    customerName: 'Ada Lovelace',
    customerEmail: 'ada@example.com',
    status: 'PENDING',
    totalAmount: { amount: 2_598, currency: 'GBP' },
    itemCount: 1,
    createdAt,
    updatedAt: createdAt,
    version: 1,
    ...given,
  };
}

export function orderDetailsDocument(given: Partial<OrderDetailsDocument> = {}): OrderDetailsDocument {
  return {
    _id: randomUUID(),
    ...written,
    orderNumber: 'TM-00000-00001',
    status: 'PENDING',
    version: 3,
    versionPosition: written.position,
    customer: { id: 'C1', name: 'Ada Lovelace', email: 'ada@example.com' },
    items: [
      {
        productId: '85123A',
        productName: 'White hanging heart',
        quantity: 2,
        unitPrice: { amount: 1_299, currency: 'GBP' },
        totalPrice: { amount: 2_598, currency: 'GBP' },
      },
    ],
    shippingAddress: address,
    billingAddress: address,
    shipping: {},
    timeline: [
      { event: 'OrderCreated', timestamp: createdAt, description: 'The order was placed.', actor: 'web' },
    ],
    timelineTotal: 1,
    totalAmount: { amount: 2_598, currency: 'GBP' },
    createdAt,
    updatedAt: createdAt,
    ...given,
  };
}

export function orderStatisticsDocument(
  given: Partial<OrderStatisticsDocument> = {},
): OrderStatisticsDocument {
  return {
    _id: 'C1',
    ...written,
    orderCount: 4,
    byStatus: { PENDING: 1, PAID: 1, SHIPPED: 0, DELIVERED: 1, CANCELLED: 1 },
    spent: { GBP: { amount: 2_001, orderCount: 2 } },
    firstOrderAt: createdAt,
    lastOrderAt: new Date('2010-12-02T10:00:00.000Z'),
    ...given,
  };
}

export function stockLevelDocument(given: Partial<StockLevelDocument> = {}): StockLevelDocument {
  return {
    _id: '85123A',
    ...written,
    onHand: 10,
    reserved: 4,
    available: 6,
    updatedAt: createdAt,
    version: 5,
    ...given,
  };
}

export function shipmentDocument(given: Partial<ShipmentDocument> = {}): ShipmentDocument {
  return {
    _id: randomUUID(),
    ...written,
    orderId: randomUUID(),
    customerId: 'C1',
    status: 'CREATED',
    items: [{ productId: '85123A', productName: 'White hanging heart', quantity: 2 }],
    shippingAddress: address,
    createdAt,
    updatedAt: createdAt,
    version: 1,
    ...given,
  };
}

/** A document with one entry: by default, a sale to Britain in euros. */
export function salesDocument(
  given: Partial<ReadModels['sales_by_day']> = {},
  ...entries: readonly Partial<EntryOf<typeof salesByDay>>[]
): ReadModels['sales_by_day'] {
  const sale = { day: '2026-01-02', currency: 'EUR', dimension: 'country', value: 'GB' } as const;
  return {
    _id: randomUUID(),
    ...written,
    entries: entries.map((entry) => ({ ...sale, orders: 1, units: 1, revenue: 100, ...entry })),
    ...given,
  };
}
