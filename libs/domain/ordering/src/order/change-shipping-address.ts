import { accept, type Decision } from '@tidemark/kernel';
import type { Address } from '../address';
import type { OrderId } from '../order-id';
import { refuseFurtherChange } from './change-limit';
import type { OrderEvent } from './events';
import type { OrderState } from './order';
import { refuseNotPending, type NotPending } from './refuse-not-pending';

export interface ChangeShippingAddress {
  readonly orderId: OrderId;
  readonly shippingAddress: Address;
}

/** The billing address does not change, even if it was copied from the old shipping address. */
export function changeShippingAddress(
  { orderId, shippingAddress }: ChangeShippingAddress,
  state: OrderState,
): Decision<OrderEvent, NotPending | 'order_change_limit'> {
  if (state.status !== 'PENDING') {
    return refuseNotPending(orderId, state.status);
  }
  const refused = refuseFurtherChange(orderId, state);
  if (refused) {
    return refused;
  }
  return accept({
    type: 'ShippingAddressChanged',
    data: { orderId, customerId: state.customerId, shippingAddress },
  });
}
