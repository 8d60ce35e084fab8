export { adjustStock, type AdjustStock } from './stock-item/adjust-stock';
export { stockItemContracts, type StockItemEvent } from './stock-item/events';
export { receiveStock, type ReceiveStock } from './stock-item/receive-stock';
export { releaseInventory } from './stock-item/release-inventory';
export { reserveInventory } from './stock-item/reserve-inventory';
export { shipReservedInventory } from './stock-item/ship-reserved-inventory';
export { availableOf, stockItem, type StockItemState } from './stock-item/stock-item';
