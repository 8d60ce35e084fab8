import type { Money } from '@tidemark/kernel';
import type { ProcessCommand } from '@tidemark/process-manager';

/**
 * The commands of the fulfilment. Each `step` names one command of one order for ever, since the command's id is made of
 * it: what may be asked for twice as two different things has what tells them apart in its step.
 */

export function capturePayment(orderId: string, paymentId: string): ProcessCommand {
  return command(`capture_payment:${paymentId}`, 'Payment', 'CapturePayment', { orderId, paymentId });
}

export function refundPayment(
  orderId: string,
  paymentId: string,
  amount: Money,
  reason: string,
  attempt: number,
): ProcessCommand {
  const data = { orderId, paymentId, amount, reason };
  return command(`refund_payment:${paymentId}:${attempt}`, 'Payment', 'RefundPayment', data);
}

export function payOrder(orderId: string, paymentId: string, amount: Money): ProcessCommand {
  return command(`pay_order:${paymentId}`, 'Order', 'PayOrder', { orderId, paymentId, amount });
}

export function cancelOrder(orderId: string, reason: string): ProcessCommand {
  return command('cancel_order', 'Order', 'CancelOrder', { orderId, reason });
}

export function markOrderShipped(orderId: string): ProcessCommand {
  // An order has one shipment, named after it.
  return command('mark_order_shipped', 'Order', 'MarkOrderShipped', { orderId, shipmentId: orderId });
}

export function markOrderDelivered(orderId: string): ProcessCommand {
  return command('mark_order_delivered', 'Order', 'MarkOrderDelivered', { orderId });
}

export function rejectCancellation(orderId: string, reason: string, requestId: string): ProcessCommand {
  return command(`reject_cancellation:${requestId}`, 'Order', 'RejectCancellation', { orderId, reason });
}

export function reserveInventory(orderId: string, productId: string, quantity: number): ProcessCommand {
  const data = { productId, orderId, quantity };
  return command(`reserve_inventory:${productId}`, 'StockItem', 'ReserveInventory', data);
}

export function releaseInventory(orderId: string, productId: string): ProcessCommand {
  return command(`release_inventory:${productId}`, 'StockItem', 'ReleaseInventory', { productId, orderId });
}

export function shipReservedInventory(orderId: string, productId: string): ProcessCommand {
  return command(`ship_inventory:${productId}`, 'StockItem', 'ShipReservedInventory', { productId, orderId });
}

export function createShipment(orderId: string, customerId: string): ProcessCommand {
  return command('create_shipment', 'Shipment', 'CreateShipment', { orderId, customerId });
}

export function cancelShipment(orderId: string, reason: string): ProcessCommand {
  return command('cancel_shipment', 'Shipment', 'CancelShipment', { orderId, reason });
}

function command(step: string, streamType: string, type: string, data: object): ProcessCommand {
  return { step, streamType, type, data };
}
