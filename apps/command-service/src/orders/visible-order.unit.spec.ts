import { order, type OrderEvent } from '@tidemark/ordering';
import type { Caller } from '@tidemark/platform';
import { visibleOrder } from './visible-order';

const placed = order.evolve(order.initial, {
  type: 'OrderCreated',
  data: { customerId: 'C1' },
} as OrderEvent);

function caller(role: Caller['roles'][number], customerId?: string): Caller {
  return { subject: 'someone', roles: [role], ...(customerId !== undefined && { customerId }) };
}

describe('visibleOrder', () => {
  it('shows an order to its customer and to those who work on all orders', () => {
    for (const allowed of [
      caller('customer', 'C1'),
      caller('operator'),
      caller('service'),
      caller('admin'),
    ]) {
      expect(visibleOrder(placed, allowed)).toBe(placed);
    }
  });

  it('hides it from other customers, and from a customer without an id', () => {
    for (const stranger of [caller('customer', 'C2'), caller('customer')]) {
      expect(visibleOrder(placed, stranger)).toBe(order.initial);
    }
  });
});
