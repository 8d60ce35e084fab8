export type { Address } from './address';
export { ReadStoreUnavailableError, isReadStoreUnavailable } from './errors';
export { readModelIndexes } from './indexes';
export {
  maxTimelineEntries,
  type CancellationStatus,
  type OrderDetailsCancellation,
  type OrderDetailsCustomer,
  type OrderDetailsDocument,
  type OrderDetailsItem,
  type OrderDetailsPayment,
  type OrderDetailsShipping,
  type PaymentStatus,
  type TimelineEntry,
} from './order-details-document';
export type { OrderListDocument } from './order-list-document';
export type { OrderStatisticsDocument, SpentInCurrency } from './order-statistics-document';
export { orderStatuses, type OrderStatus } from './order-status';
export { prepareReadModel, type Validation } from './prepare-read-model';
export type { ReadDocument } from './read-document';
export { readModel, type ReadModelName, type ReadModels } from './read-models';
export { connectReadStore, type ReadStore, type ReadStoreOptions } from './read-store';
export { readModelSchemas } from './schemas';
export {
  shipmentStatuses,
  type ShipmentDocument,
  type ShipmentItem,
  type ShipmentStatus,
} from './shipment-document';
export type { StockLevelDocument } from './stock-level-document';
