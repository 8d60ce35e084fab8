import { refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';

/**
 * How many events an order may have from changes by its customer or an operator: lines, address, and requests to
 * cancel. Payment, shipment and cancellation are not counted and stay possible beyond the limit.
 */
export const maxChangesPerOrder = 500;

/** `undefined` as long as the order accepts another change. */
export function refuseFurtherChange(
  orderId: OrderId,
  { changes }: { readonly changes: number },
): Decision<never, 'order_change_limit'> | undefined {
  return changes < maxChangesPerOrder
    ? undefined
    : refuse('order_change_limit', `order ${orderId} has reached the limit of ${maxChangesPerOrder} changes`);
}
