import type { OrderDetailsDocument, OrderDetailsPayment } from '@tidemark/read-models';
import { orderIdOf as id, type DetailsReactions } from './reactions';
import { told } from './timeline';

/**
 * The details show the latest payment. An earlier payment that expired may still be captured and refunded. The timeline
 * shows that, and the details keep the later payment.
 */
export const paymentReactions = {
  PaymentRequested: {
    id,
    change: (order, event) => ({
      ...order,
      ...told(order, event, 'Payment requested'),
      payment: { id: event.data.paymentId, method: event.data.method.type, status: 'REQUESTED' },
    }),
  },
  PaymentCaptured: {
    id,
    change: (order, event) => ({
      ...order,
      ...told(order, event, 'Payment captured'),
      ...latest(order, event.data.paymentId, ({ id, method }) => ({
        id,
        method,
        status: 'CAPTURED',
        transactionId: event.data.transactionId,
      })),
    }),
  },
  PaymentFailed: {
    id,
    change: (order, event) => ({
      ...order,
      ...told(order, event, `Payment failed: ${event.data.reason}`),
      ...latest(order, event.data.paymentId, (payment) => ({
        ...payment,
        status: 'FAILED',
        failureReason: event.data.reason,
      })),
    }),
  },
  PaymentRefunded: {
    id,
    change: (order, event) => ({
      ...order,
      ...told(order, event, `Payment refunded: ${event.data.reason}`),
      ...latest(order, event.data.paymentId, (payment) => ({ ...payment, status: 'REFUNDED' })),
    }),
  },
  PaymentRefundFailed: {
    id,
    change: (order, event) => ({ ...order, ...told(order, event, `Refund failed: ${event.data.reason}`) }),
  },
} satisfies DetailsReactions;

function latest(
  { payment }: OrderDetailsDocument,
  paymentId: string,
  change: (payment: OrderDetailsPayment) => OrderDetailsPayment,
): Pick<OrderDetailsDocument, 'payment'> {
  return payment?.id === paymentId ? { payment: change(payment) } : {};
}
