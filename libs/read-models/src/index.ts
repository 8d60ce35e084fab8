export {
  connectMongoReadStore,
  ForeignReadStoreError,
  isReadStoreNotReady,
  isReadStoreUnavailable,
  readStoreKinds,
  ReadStoreUnavailableError,
  type MongoReadStore,
  type ReadStore,
  type ReadStoreAddress,
  type ReadStoreKind,
} from '@tidemark/projections';
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
  connectPostgresReadStore,
  connectReadStore,
  openReadStore,
  type OwnReadStoreOptions,
  type ReadStoreOptions,
} from './read-store';
export { salesByDay } from './sales-by-day';
export { shipments, shipmentStatuses, type ShipmentDocument, type ShipmentStatus } from './shipments';
export { stockLevels, type StockLevelDocument } from './stock-levels';
