export { adjustStock, type AdjustStock } from './stock-item/adjust-stock';
export {
  inventoryReleased,
  inventoryReservationFailed,
  inventoryReserved,
  reservedInventoryShipped,
  stockAdjusted,
  stockItemContracts,
  stockReceived,
  type StockItemEvent,
} from './stock-item/events';
export { receiveStock, type ReceiveStock } from './stock-item/receive-stock';
export { releaseInventory, type ReleaseInventory } from './stock-item/release-inventory';
export { reserveInventory, type ReserveInventory } from './stock-item/reserve-inventory';
export { shipReservedInventory, type ShipReservedInventory } from './stock-item/ship-reserved-inventory';
export {
  availableOf,
  maxSettledOrders,
  standingOf,
  stockItem,
  type SettledOrder,
  type StockItemState,
} from './stock-item/stock-item';
