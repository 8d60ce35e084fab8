import { parseProductId } from '@tidemark/catalogue';
import { step } from '@tidemark/kernel/testing';
import { addItemToOrder } from './add-item-to-order';
import { changeShippingAddress } from './change-shipping-address';
import { createOrder } from './create-order';
import { onPending, type OrderModel, type OrderStep } from './order-model.fixture';
import { ada, london, orderId, paris } from './order.fixture';
import type { RequestedLine } from './price-line';
import { removeItemFromOrder } from './remove-item-from-order';

/** Adds the line, or returns the rule that refuses it. */
function addLine(lines: OrderModel['lines'], line: RequestedLine): string | undefined {
  const [sku, price] = [String(line.productId), line.product?.price];
  if (lines.length === 10) {
    return 'order_item_limit';
  }
  if (lines.some((other) => other.sku === sku)) {
    return 'duplicate_product';
  }
  if (!price) {
    return 'unknown_product';
  }
  if (line.product?.status === 'DISCONTINUED') {
    return 'product_discontinued';
  }
  if (lines.some(({ currency }) => currency !== price.currency)) {
    return 'mixed_currency';
  }
  if (line.quantity > line.available) {
    return 'insufficient_stock';
  }
  lines.push({ sku, currency: price.currency, amount: price.amount * line.quantity });
  return undefined;
}

/** @param known whether the customer is registered */
export function create(lines: readonly RequestedLine[], known: boolean): OrderStep {
  return step(
    `create with ${lines.length} lines`,
    (state) =>
      createOrder({ orderId, customer: known ? ada : undefined, lines, shippingAddress: london }, state),
    (model) => {
      if (model.status !== 'ABSENT') {
        return 'order_exists';
      }
      if (lines.length === 0) {
        return 'order_needs_an_item';
      }
      if (lines.length > 10) {
        return 'order_item_limit';
      }
      if (new Set(lines.map(({ productId }) => productId)).size < lines.length) {
        return 'duplicate_product';
      }
      if (!known) {
        return 'unknown_customer';
      }
      const added: OrderModel['lines'] = [];
      const refusals = lines.map((one) => addLine(added, one));
      const refusal = refusals.find((code) => code !== undefined);
      if (refusal) {
        return refusal;
      }
      Object.assign(model, { status: 'PENDING', lines: added });
      return ['OrderCreated'];
    },
  );
}

export function addItem(one: RequestedLine): OrderStep {
  return step(
    `add ${one.productId}`,
    (state) => addItemToOrder({ orderId, line: one }, state),
    (model) => onPending(model, () => addLine(model.lines, one) ?? ['ItemAddedToOrder']),
  );
}

export function removeItem(text: string): OrderStep {
  return step(
    `remove ${text}`,
    (state) => removeItemFromOrder({ orderId, productId: parseProductId(text)! }, state),
    (model) =>
      onPending(model, () => {
        const left = model.lines.filter((one) => one.sku !== text);
        if (left.length === model.lines.length) {
          return 'item_not_found';
        }
        if (left.length === 0) {
          return 'order_needs_an_item';
        }
        model.lines = left;
        return ['ItemRemovedFromOrder'];
      }),
  );
}

export const changeAddress: OrderStep = step(
  'change the address',
  (state) => changeShippingAddress({ orderId, shippingAddress: paris }, state),
  (model) => onPending(model, () => ['ShippingAddressChanged']),
);
