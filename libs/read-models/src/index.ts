export { connectReadStore } from './connect-read-store';
export { connectMongoReadStore, type MongoReadStore } from './mongo-read-store';
export { connectPostgresReadStore } from './postgres-read-store';
export { ForeignReadStoreError, ReadStoreUnavailableError, isReadStoreUnavailable } from './errors';
export type { Address } from './fields';
export {
  maxTimelineEntries,
  orderDetails,
  type CancellationStatus,
  type OrderDetailsDocument,
  type OrderDetailsPayment,
  type PaymentStatus,
  type TimelineEntry,
} from './order-details';
export { isReadStoreNotReady, openReadStore, type OwnReadStoreOptions } from './open-read-store';
export { orderList, type OrderListDocument } from './order-list';
export { orderStatistics, type OrderStatisticsDocument, type SpentInCurrency } from './order-statistics';
export { orderStatuses, type OrderStatus } from './order-status';
export {
  readModelNames,
  readModels,
  type ReadModelName,
  type ReadModels,
  type TallyName,
} from './read-models';
export {
  readStoreKinds,
  type ReadStore,
  type ReadStoreAddress,
  type ReadStoreKind,
  type ReadStoreOptions,
} from './read-store';
export { salesByDay } from './sales-by-day';
export { shipments, shipmentStatuses, type ShipmentDocument, type ShipmentStatus } from './shipments';
export { stockLevels, type StockLevelDocument } from './stock-levels';
