export { parsePaymentId, paymentIdSchema, type PaymentId } from './payment-id';
export type {
  CaptureAnswer,
  CaptureRequest,
  PaymentProvider,
  RefundAnswer,
  RefundRequest,
} from './payment-provider';
export { capturePayment, chargeFor, type CapturePayment } from './payment/capture-payment';
export {
  paymentCaptured,
  paymentContracts,
  paymentFailed,
  paymentRefundFailed,
  paymentRefunded,
  paymentRequested,
  type PaymentEvent,
} from './payment/events';
export { attemptOf, payment, type PaymentAttempt, type PaymentState } from './payment/payment';
export { paymentMethodSchema, type PaymentMethod } from './payment/payment-method';
export { refundFor, refundPayment, type RefundPayment } from './payment/refund-payment';
export {
  maxAttemptsPerOrder,
  paymentExpiryMs,
  requestPayment,
  type RequestPayment,
} from './payment/request-payment';
