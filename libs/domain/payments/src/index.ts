export { paymentIdSchema, type PaymentId } from './payment-id';
export type {
  CaptureAnswer,
  CaptureRequest,
  PaymentProvider,
  RefundAnswer,
  RefundRequest,
} from './payment-provider';
export { capturePayment, chargeFor } from './payment/capture-payment';
export { paymentContracts, type PaymentEvent } from './payment/events';
export { payment, type PaymentState } from './payment/payment';
export { refundFor, refundPayment } from './payment/refund-payment';
export { paymentExpiryMs, requestPayment, type RequestPayment } from './payment/request-payment';
