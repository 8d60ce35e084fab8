import { productContracts, type ProductEvent } from '@tidemark/catalogue';
import { customerContracts, type CustomerEvent } from '@tidemark/customers';
import { stockItemContracts, type StockItemEvent } from '@tidemark/inventory';
import { EventCodec, type EventContract } from '@tidemark/kernel';
import { orderContracts, type OrderEvent } from '@tidemark/ordering';
import { paymentContracts, type PaymentEvent } from '@tidemark/payments';
import { shipmentContracts, type ShipmentEvent } from '@tidemark/shipping';

/** Every event that the log may contain. */
export type TidemarkEvent =
  OrderEvent | PaymentEvent | StockItemEvent | ShipmentEvent | CustomerEvent | ProductEvent;

export const allContracts: readonly EventContract[] = [
  ...orderContracts,
  ...paymentContracts,
  ...stockItemContracts,
  ...shipmentContracts,
  ...customerContracts,
  ...productContracts,
];

/** Knows every event of Tidemark, in every published version. */
export const eventCodec = new EventCodec(allContracts);
