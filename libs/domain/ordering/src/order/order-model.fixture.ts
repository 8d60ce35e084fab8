import type { Expected, Step } from '@tidemark/kernel/testing';
import type { OrderEvent } from './events';
import type { OrderState } from './order';

/** A simple model of an order. */
export interface OrderModel {
  status: OrderState['status'];
  lines: { readonly sku: string; readonly currency: string; readonly amount: number }[];
  cancellation?: 'REQUESTED' | 'REJECTED';
  paymentId?: string;
}

/** A step of the model-based test. */
export type OrderStep = Step<OrderModel, OrderState, OrderEvent>;

/** The outcome of a command that only a pending order accepts. */
export function onPending(model: OrderModel, predict: () => Expected): Expected {
  if (model.status === 'ABSENT') {
    return 'not_found';
  }
  return model.status === 'PENDING' ? predict() : 'order_not_pending';
}
