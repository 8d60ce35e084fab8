import { refuse, type Decision } from '@tidemark/kernel';
import type { OrderId } from '../order-id';

/**
 * How many events the changes of its customer or of an operator may leave in an order: lines, address, and requests to
 * cancel. Payment, shipment and cancellation are not counted, and stay possible beyond it.
 */
export const maxChangesPerOrder = 500;

/** `undefined` while the order takes another change. */
export function refuseFurtherChange(
  orderId: OrderId,
  { changes }: { readonly changes: number },
): Decision<never, 'order_change_limit'> | undefined {
  return changes < maxChangesPerOrder
    ? undefined
    : refuse(
        'order_change_limit',
        `order ${orderId} was changed ${maxChangesPerOrder} times, which is the limit`,
      );
}
