import type { CommandName } from './world.fixture';

/** A command at one replica, the commands before it, and its rivals at the other replica. */
export interface Walk {
  readonly command: CommandName;
  /** Tells walks of one command apart. */
  readonly when?: string;
  readonly before: readonly ('shop' | CommandName)[];
  /** Commands that write to streams that this command reads. The command itself, under both ids, is always a rival. */
  readonly rivals: readonly CommandName[];
  /**
   * Its decision needs several streams, so a state in memory may not match the state of another stream that is read.
   */
  readonly looksAround?: true;
  /** The card token of the previously requested payment. */
  readonly token?: string;
}

const shop = ['shop'] as const;
const ordered = [...shop, 'POST /v1/orders'] as const;
const requested = [...ordered, 'POST /v1/orders/:id/payment'] as const;
const captured = [...requested, 'Payment.CapturePayment'] as const;
const paid = [...captured, 'Order.PayOrder'] as const;
const reserved = [...paid, 'StockItem.ReserveInventory'] as const;
const packed = [...reserved, 'Shipment.CreateShipment'] as const;
const dispatched = [...packed, 'POST /v1/shipments/:id/dispatch'] as const;
const shipped = [...dispatched, 'Order.MarkOrderShipped'] as const;

const catalogue = ['PUT /v1/products/:id/price', 'POST /v1/products/:id/discontinue'] as const;
const warehouse = ['POST /v1/stock/:productId/adjust', 'StockItem.ReserveInventory'] as const;
const changesOfOrder = ['POST /v1/orders/:id/items', 'POST /v1/orders/:id/cancel'] as const;

export const walks: readonly Walk[] = [
  { command: 'POST /v1/customers', before: [], rivals: [] },
  { command: 'PUT /v1/customers/:id/contact', before: shop, rivals: [] },
  { command: 'POST /v1/products', before: [], rivals: [] },
  { command: 'PUT /v1/products/:id/price', before: shop, rivals: ['POST /v1/products/:id/discontinue'] },
  { command: 'PUT /v1/products/:id/details', before: shop, rivals: ['PUT /v1/products/:id/price'] },
  { command: 'POST /v1/products/:id/discontinue', before: shop, rivals: ['PUT /v1/products/:id/price'] },
  {
    command: 'POST /v1/stock/:productId/receive',
    before: shop,
    rivals: [...catalogue, 'StockItem.ReserveInventory'],
  },
  {
    command: 'POST /v1/stock/:productId/adjust',
    before: shop,
    rivals: [...catalogue, 'StockItem.ReserveInventory'],
  },
  {
    command: 'POST /v1/orders',
    before: shop,
    looksAround: true,
    rivals: [...catalogue, ...warehouse, 'PUT /v1/customers/:id/contact'],
  },
  {
    command: 'POST /v1/orders/:id/items',
    before: ordered,
    looksAround: true,
    rivals: [...catalogue, ...warehouse, 'POST /v1/orders/:id/cancel', 'POST /v1/orders/:id/payment'],
  },
  {
    command: 'DELETE /v1/orders/:id/items/:productId',
    before: [...ordered, 'POST /v1/orders/:id/items'],
    rivals: ['POST /v1/orders/:id/cancel'],
  },
  {
    command: 'PUT /v1/orders/:id/shipping-address',
    before: ordered,
    rivals: changesOfOrder,
  },
  { command: 'POST /v1/orders/:id/payment', before: ordered, looksAround: true, rivals: changesOfOrder },
  {
    command: 'POST /v1/orders/:id/cancel',
    before: captured,
    rivals: ['Order.PayOrder', 'POST /v1/orders/:id/items'],
  },
  { command: 'Order.PayOrder', before: captured, rivals: changesOfOrder },
  { command: 'Order.CancelOrder', before: paid, rivals: ['POST /v1/orders/:id/cancel'] },
  { command: 'Order.MarkOrderShipped', before: dispatched, rivals: ['POST /v1/orders/:id/cancel'] },
  { command: 'Order.MarkOrderDelivered', before: shipped, rivals: [] },
  {
    command: 'Order.RejectCancellation',
    before: [...dispatched, 'POST /v1/orders/:id/cancel'],
    rivals: ['Order.MarkOrderShipped'],
  },
  { command: 'Payment.CapturePayment', before: requested, rivals: ['Payment.RefundPayment'] },
  {
    command: 'Payment.CapturePayment',
    when: 'declined',
    before: requested,
    rivals: [],
    token: 'tok_declined',
  },
  { command: 'Payment.RefundPayment', before: captured, rivals: ['Payment.CapturePayment'] },
  {
    command: 'Payment.RefundPayment',
    when: 'refused once',
    before: captured,
    rivals: [],
    token: 'tok_refund_fails_once',
  },
  {
    command: 'StockItem.ReserveInventory',
    before: paid,
    rivals: ['POST /v1/stock/:productId/adjust', 'StockItem.ReleaseInventory'],
  },
  { command: 'StockItem.ReleaseInventory', before: reserved, rivals: ['StockItem.ShipReservedInventory'] },
  { command: 'StockItem.ShipReservedInventory', before: reserved, rivals: ['StockItem.ReleaseInventory'] },
  {
    command: 'Shipment.CreateShipment',
    before: reserved,
    looksAround: true,
    rivals: ['Shipment.CancelShipment', 'POST /v1/orders/:id/cancel', 'Order.CancelOrder'],
  },
  {
    command: 'Shipment.CancelShipment',
    before: reserved,
    looksAround: true,
    rivals: ['Shipment.CreateShipment', 'POST /v1/orders/:id/cancel'],
  },
  {
    command: 'Shipment.CancelShipment',
    when: 'after it was created',
    before: packed,
    rivals: ['POST /v1/shipments/:id/dispatch'],
  },
  { command: 'POST /v1/shipments/:id/dispatch', before: packed, rivals: ['Shipment.CancelShipment'] },
  { command: 'POST /v1/shipments/:id/deliver', before: dispatched, rivals: ['Shipment.CancelShipment'] },
];

export function titleOf({ command, when }: Walk): string {
  return when === undefined ? command : `${command}, ${when}`;
}
