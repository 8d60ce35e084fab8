import { order, type OrderState } from '@tidemark/ordering';
import { mayActForCustomer, type Caller } from '@tidemark/platform';

/** The order as far as the caller may see it: another customer's order looks as if it did not exist. */
export function visibleOrder(state: OrderState, caller: Caller): OrderState {
  return state.status === 'ABSENT' || mayActForCustomer(caller, state.customerId) ? state : order.initial;
}
