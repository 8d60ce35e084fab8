import { order, type OrderState } from '@tidemark/ordering';
import { mayActForCustomer, type Caller } from '@tidemark/platform';

/** The order as far as the caller may know of it: somebody else's looks like one that was never made. */
export function visibleOrder(state: OrderState, caller: Caller): OrderState {
  return state.status === 'ABSENT' || mayActForCustomer(caller, state.customerId) ? state : order.initial;
}
