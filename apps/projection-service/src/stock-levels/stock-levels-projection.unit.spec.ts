import { at, projected } from '../given-events.fixture';
import { event, lamp, mug, orderId } from '../sample-events.fixture';
import { stockLevelsProjection } from './stock-levels-projection';

const received = event('StockReceived', { productId: mug, quantity: 5, onHand: 5, reserved: 0 });
const reserved = event('InventoryReserved', { productId: mug, orderId, quantity: 2, onHand: 5, reserved: 2 });

describe('stock_levels', () => {
  it('shows the stock on hand, reserved and available, by product', () => {
    const lamps = event('StockReceived', { productId: lamp, quantity: 1, onHand: 1, reserved: 0 });
    expect(projected(stockLevelsProjection, received, lamps, reserved)).toEqual({
      [mug]: { onHand: 5, reserved: 2, available: 3, updatedAt: at(3), version: 2 },
      [lamp]: { onHand: 1, reserved: 0, available: 1, updatedAt: at(2), version: 1 },
    });
  });

  it.each([
    event('InventoryReleased', { productId: mug, orderId, quantity: 2, onHand: 5, reserved: 0 }),
    event('ReservedInventoryShipped', { productId: mug, orderId, quantity: 2, onHand: 3, reserved: 0 }),
    event('StockAdjusted', { productId: mug, quantity: -1, onHand: 4, reserved: 2, reason: 'broken' }),
    event('InventoryReservationFailed', {
      productId: mug,
      orderId,
      quantity: 9,
      onHand: 5,
      reserved: 2,
      reason: 'insufficient_stock',
    }),
  ])('follows $type', (latest) => {
    const { onHand, reserved: promised } = latest.data as { onHand: number; reserved: number };
    expect(projected(stockLevelsProjection, received, reserved, latest)[mug]).toEqual({
      onHand,
      reserved: promised,
      available: onHand - promised,
      updatedAt: at(3),
      version: 3,
    });
  });
});
