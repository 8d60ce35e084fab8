export { addressSchema, type Address } from './address';
export { orderIdSchema, parseOrderId, type OrderId } from './order-id';
export { orderNumberOf } from './order-number';
export { addItemToOrder, type AddItemToOrder } from './order/add-item-to-order';
export { cancelOrder, type CancelOrder } from './order/cancel-order';
export { changeShippingAddress, type ChangeShippingAddress } from './order/change-shipping-address';
export { maxChangesPerOrder } from './order/change-limit';
export { createOrder, refuseNewOrder, type CreateOrder } from './order/create-order';
export {
  itemAddedToOrder,
  itemRemovedFromOrder,
  orderCancellationRejected,
  orderCancellationRequested,
  orderCancelled,
  orderContracts,
  orderCreated,
  orderDelivered,
  orderPaid,
  orderPaymentRejected,
  orderShipped,
  shippingAddressChanged,
  type OrderEvent,
} from './order/events';
export { markOrderDelivered, type MarkOrderDelivered } from './order/mark-order-delivered';
export { markOrderShipped, type MarkOrderShipped } from './order/mark-order-shipped';
export { order, type OrderState, type OrderStatus } from './order/order';
export { orderLineSchema, type OrderLine } from './order/order-line';
export { payOrder, type PayOrder } from './order/pay-order';
export { maxLinesPerOrder, type LineRefusal, type RequestedLine } from './order/price-line';
export type { NotPending } from './order/refuse-not-pending';
export { rejectCancellation, type RejectCancellation } from './order/reject-cancellation';
export { removeItemFromOrder, type RemoveItemFromOrder } from './order/remove-item-from-order';
export { statusAfter, statusEventTypes } from './order/status-after';
export { requestCancellation, type RequestCancellation } from './order/request-cancellation';
