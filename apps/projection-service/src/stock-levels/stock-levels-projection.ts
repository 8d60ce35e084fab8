import type { ProductId } from '@tidemark/catalogue';
import type { StockItemEvent } from '@tidemark/inventory';
import type { EventEnvelope } from '@tidemark/kernel';
import type { Content } from '@tidemark/projections';
import { stockLevels, type StockLevelDocument } from '@tidemark/read-models';
import { project } from '../project';

/** Every event of a stock item contains the stock after it, so the document follows from the latest event. */
const latest = {
  id: ({ data }: EventEnvelope<StockItemEvent>): ProductId => data.productId,
  createOrChange: (
    _level: StockLevelDocument | undefined,
    { data, timestamp, version }: EventEnvelope<StockItemEvent>,
  ): Content<StockLevelDocument> => ({
    onHand: data.onHand,
    reserved: data.reserved,
    available: data.onHand - data.reserved,
    updatedAt: new Date(timestamp),
    version,
  }),
};

/** One document per product that ever had stock. */
export const stockLevelsProjection = project(stockLevels).keyedBy('product', {
  version: 1,
  on: {
    StockReceived: latest,
    InventoryReserved: latest,
    InventoryReservationFailed: latest,
    InventoryReleased: latest,
    ReservedInventoryShipped: latest,
    StockAdjusted: latest,
  },
});
