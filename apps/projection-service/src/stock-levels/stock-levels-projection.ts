import type { TidemarkEvent } from '@tidemark/contracts';
import type { StockItemEvent } from '@tidemark/inventory';
import type { EventEnvelope } from '@tidemark/kernel';
import { defineProjection, type Content } from '@tidemark/projections';
import type { StockLevelDocument } from '@tidemark/read-models';

/** Every event of a stock item says what is there after it, so the latest one is the document. */
const latest = {
  id: ({ data }: EventEnvelope<StockItemEvent>): string => data.productId,
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
export const stockLevelsProjection = defineProjection<StockLevelDocument, TidemarkEvent>({
  name: 'stock_levels',
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
