import { addMoney, money } from '@tidemark/kernel/money';
import { step } from '@tidemark/kernel/testing';
import { cancelOrder } from './cancel-order';
import { markOrderDelivered } from './mark-order-delivered';
import { markOrderShipped } from './mark-order-shipped';
import type { OrderStep } from './order-model.fixture';
import { customerId, orderId, shipmentId } from './order.fixture';
import { payOrder } from './pay-order';
import { rejectCancellation } from './reject-cancellation';
import { requestCancellation } from './request-cancellation';

/** @param exact whether the amount is right; if not, it is a penny too high */
export function pay(paymentId: string, exact: boolean): OrderStep {
  return step(
    `pay by ${paymentId.at(-1)}${exact ? '' : ', too much'}`,
    (state) => {
      const total = state.status === 'ABSENT' ? money(0, 'GBP') : state.total;
      const amount = exact ? total : addMoney(total, money(1, total.currency));
      return payOrder({ orderId, customerId, paymentId, amount }, state);
    },
    (model) => {
      if (model.paymentId === paymentId) {
        return [];
      }
      if (model.status !== 'PENDING' || !exact) {
        return ['OrderPaymentRejected'];
      }
      Object.assign(model, { status: 'PAID', paymentId });
      return ['OrderPaid'];
    },
  );
}

const requestCancel: OrderStep = step(
  'ask for cancellation',
  (state) => requestCancellation({ orderId, reason: 'r' }, state),
  (model) => {
    switch (model.status) {
      case 'ABSENT':
        return 'not_found';
      case 'PENDING':
        model.status = 'CANCELLED';
        return ['OrderCancelled'];
      case 'PAID':
        if (model.cancellation === 'REJECTED') {
          return 'order_already_shipped';
        }
        model.cancellation = 'REQUESTED';
        return ['OrderCancellationRequested'];
      case 'CANCELLED':
        return 'order_already_cancelled';
      case 'SHIPPED':
      case 'DELIVERED':
        return 'order_already_shipped';
      default:
        return model.status satisfies never;
    }
  },
);

const cancel: OrderStep = step(
  'cancel',
  (state) => cancelOrder({ orderId, reason: 'r' }, state),
  (model) => {
    switch (model.status) {
      case 'ABSENT':
        return 'not_found';
      case 'CANCELLED':
        return [];
      case 'PENDING':
      case 'PAID':
        model.status = 'CANCELLED';
        return ['OrderCancelled'];
      case 'SHIPPED':
      case 'DELIVERED':
        model.cancellation = 'REJECTED';
        return ['OrderCancellationRejected'];
      default:
        return model.status satisfies never;
    }
  },
);

const reject: OrderStep = step(
  'reject the cancellation',
  (state) => rejectCancellation({ orderId, reason: 'r' }, state),
  (model) => {
    if (model.status === 'ABSENT') {
      return 'not_found';
    }
    if (model.status === 'PENDING' || model.status === 'CANCELLED') {
      return [];
    }
    model.cancellation = 'REJECTED';
    return ['OrderCancellationRejected'];
  },
);

const ship: OrderStep = step(
  'ship',
  (state) => markOrderShipped({ orderId, shipmentId }, state),
  (model) => {
    switch (model.status) {
      case 'ABSENT':
        return 'not_found';
      case 'PENDING':
        return 'order_not_paid';
      case 'CANCELLED':
        return 'order_already_cancelled';
      case 'PAID':
        model.status = 'SHIPPED';
        return ['OrderShipped'];
      case 'SHIPPED':
      case 'DELIVERED':
        return [];
      default:
        return model.status satisfies never;
    }
  },
);

const deliver: OrderStep = step(
  'deliver',
  (state) => markOrderDelivered({ orderId }, state),
  (model) => {
    switch (model.status) {
      case 'ABSENT':
        return 'not_found';
      case 'SHIPPED':
        model.status = 'DELIVERED';
        return ['OrderDelivered'];
      case 'DELIVERED':
        return [];
      case 'PENDING':
      case 'PAID':
      case 'CANCELLED':
        return 'order_not_shipped';
      default:
        return model.status satisfies never;
    }
  },
);

/** The commands for a placed order, from its customer and from the process. */
export const lifeSteps = [requestCancel, cancel, reject, ship, deliver];
