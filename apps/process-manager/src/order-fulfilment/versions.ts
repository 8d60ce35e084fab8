import type { FulfilmentSettings } from './fulfilment-settings';
import { orderFulfilment, type OrderFulfilment } from './order-fulfilment';

/**
 * Every version that running fulfilments may have been started by. What an order in flight does can change in no other
 * way than by a new version beside the old ones: `histories/` proves that each still does what it did.
 */
export function fulfilmentVersions(
  settings?: FulfilmentSettings,
): readonly [OrderFulfilment, ...OrderFulfilment[]] {
  return [orderFulfilment(settings)];
}
